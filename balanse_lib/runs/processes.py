"""Processes that start warm: forked from a server that has imported everything once (Linux).

Importing pandas, statsmodels, matplotlib and Jupyter takes seconds for each worker and each
kernel; a fork takes none. Elsewhere workers are started afresh and kernels are Jupyter's own.
"""

import multiprocessing
import os
import sys
import threading
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

FORKED = "balanse-forked"  # name of the kernel provisioner, as pyproject.toml registers it
WARM = sys.platform == "linux"
_IMPORTED_ONCE = [
    "balanse_lib.runs.worker",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "IPython.core.pylabtools",
    "matplotlib_inline.backend_inline",
]
# one thread each: side by side, more threads than cores make every run slower
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def start_method() -> BaseContext:
    """Where workers and kernels are started from."""
    os.environ.update(ONE_THREAD)
    if not WARM:
        return multiprocessing.get_context("spawn")
    warm = multiprocessing.get_context("forkserver")
    warm.set_forkserver_preload(_IMPORTED_ONCE)
    return warm


def fork_kernels() -> None:
    """From now on this process's kernels are forked, where that can be done."""
    if WARM:
        os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = FORKED


def end_with_parent() -> None:
    """End this process at once when the one that started it is gone, so that nothing lingers."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_end, args=(parent,), daemon=True).start()


def _wait_and_end(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


class ForkedKernel(LocalProvisioner):
    """A kernel forked from the warm server; all else is Jupyter's local provisioner."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork instead of running `cmd`."""
        cwd = kwargs.get("cwd") or os.getcwd()
        started = start_method().Process(  # type: ignore[attr-defined]
            target=_serve_kernel, args=(cast(Any, self.parent).connection_file, cwd, kwargs["env"])
        )
        started.start()
        self.process = cast(Any, _LikePopen(started))
        self.pid = self.pgid = started.pid
        return self.connection_info


def _serve_kernel(connection_file: str, cwd: str, env: dict[str, str]) -> None:
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415 - imported once, by the server

    os.setsid()
    end_with_parent()
    os.chdir(cwd)
    os.environ.update(env)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    # kernels side by side would wait for each other at the shared history file
    IPKernelApp.launch_instance(argv=["-f", connection_file, "--HistoryManager.enabled=False"])
    os._exit(0)  # as a kernel that was asked to stop; nothing that is left need be waited for


class _LikePopen:
    """A multiprocessing process under the names that Jupyter calls a process by."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.pid is not None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()
