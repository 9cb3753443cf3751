"""What happens around epochs and batches: one file a callback."""

from .backup_and_restore import BackupAndRestore
from .callback import Callback
from .callback_list import CallbackList
from .history import History
from .lambda_callback import LambdaCallback
from .progbar_logger import ProgbarLogger

__all__ = ["BackupAndRestore", "Callback", "CallbackList", "History", "LambdaCallback",
           "ProgbarLogger"]
