"""What happens around epochs and batches: one file a callback."""

import importlib
from typing import TYPE_CHECKING

from .callback import Callback
from .callback_list import CallbackList
from .history import History
from .lambda_callback import LambdaCallback
from .progbar_logger import ProgbarLogger

if TYPE_CHECKING:
    from .backup_and_restore import BackupAndRestore
    from .csv_logger import CSVLogger
    from .early_stopping import EarlyStopping
    from .learning_rate_scheduler import LearningRateScheduler
    from .model_checkpoint import ModelCheckpoint
    from .monitor_callback import MonitorCallback
    from .reduce_lr_on_plateau import ReduceLROnPlateau
    from .tensorboard import TensorBoard
    from .terminate_on_nan import TerminateOnNaN
    from .tqdm_callback import TqdmCallback

__all__ = [
    "BackupAndRestore",
    "CSVLogger",
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "MonitorCallback",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "TensorBoard",
    "TerminateOnNaN",
    "TqdmCallback",
]

_FILES = {
    "BackupAndRestore": "backup_and_restore",
    "CSVLogger": "csv_logger",
    "EarlyStopping": "early_stopping",
    "LearningRateScheduler": "learning_rate_scheduler",
    "ModelCheckpoint": "model_checkpoint",
    "MonitorCallback": "monitor_callback",
    "ReduceLROnPlateau": "reduce_lr_on_plateau",
    "TensorBoard": "tensorboard",
    "TerminateOnNaN": "terminate_on_nan",
    "TqdmCallback": "tqdm_callback",
}


def __getattr__(name):
    """Import a callback when it is first asked for: a training needs one or two, an import none."""
    if name not in _FILES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"{__name__}.{_FILES[name]}"), name)
    globals()[name] = found
    return found


def __dir__():
    return sorted({*globals(), *__all__})
