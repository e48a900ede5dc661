"""Where processes are started from: on Linux a server that has imported everything once.

It stands apart from `runs`, and imports nothing, so that the command can have the server import
while it reads and checks the trusts' files itself.
"""

import multiprocessing
import os
import sys
from multiprocessing.context import BaseContext

WARM = sys.platform == "linux"
_IMPORTED_ONCE = [
    "balanse_lib.runs.worker",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "IPython.core.pylabtools",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib_inline.backend_inline",
    "holidays.countries",
]
# one thread each: side by side, more threads than cores make every run slower
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def start_method() -> BaseContext:
    """Where workers are started from."""
    os.environ.update(ONE_THREAD)
    if not WARM:
        return multiprocessing.get_context("spawn")
    warm = multiprocessing.get_context("forkserver")
    warm.set_forkserver_preload(_IMPORTED_ONCE)
    return warm


def warm_up() -> None:
    """Have the server import by itself what workers will need, where there is one."""
    start_method()
    if WARM:
        from multiprocessing import forkserver  # noqa: PLC0415 - not there on Windows

        forkserver.ensure_running()
