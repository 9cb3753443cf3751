from fastdense.kernels.base_f32 import *  # noqa: F403
