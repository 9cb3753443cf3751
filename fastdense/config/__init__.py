"""Settings of the library: defaults, dtype policy, threads, where messages go, limits of a run."""

from .defaults import (
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)
from .engine import backend, get_num_threads, instruction_set, set_num_threads
from .limits import max_epochs, max_steps_per_epoch, set_max_epochs, set_max_steps_per_epoch
from .messages import (
    disable_interactive_logging,
    disable_traceback_filtering,
    enable_interactive_logging,
    enable_traceback_filtering,
    is_interactive_logging_enabled,
    is_traceback_filtering_enabled,
)
from .policy import DTypePolicy, dtype_policy, set_dtype_policy
from .versions import show_versions

__all__ = [
    "DTypePolicy", "backend", "disable_interactive_logging", "disable_traceback_filtering",
    "dtype_policy", "enable_interactive_logging", "enable_traceback_filtering", "epsilon",
    "floatx", "get_num_threads", "image_data_format", "instruction_set",
    "is_interactive_logging_enabled", "is_traceback_filtering_enabled", "max_epochs",
    "max_steps_per_epoch", "set_dtype_policy", "set_epsilon", "set_floatx",
    "set_image_data_format", "set_max_epochs", "set_max_steps_per_epoch", "set_num_threads",
    "show_versions",
]
