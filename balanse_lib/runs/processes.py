"""Processes that start warm: forked from one that has imported everything once (Linux).

Importing pandas, statsmodels, matplotlib and Jupyter takes seconds for each worker and each
kernel; a fork takes none. Workers are forked from the standard library's fork server, and kernels
from a process that each worker leaves behind for it: the fork server would be started once more,
imports and all, by a process that it forked itself. Elsewhere workers are started afresh and
kernels are Jupyter's own.
"""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, ClassVar, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from balanse_lib.warm import WARM

FORKED = "balanse-forked"  # name of the kernel provisioner, as pyproject.toml registers it
_PROVISIONER = "JUPYTER_DEFAULT_PROVISIONER_NAME"


@contextmanager
def forked_kernels() -> Iterator[None]:
    """Inside, this process's kernels are forked, where that can be done.

    Entered before there is a second thread: its locks would stay locked in what is forked.
    """
    if not WARM:
        yield
        return
    gc.freeze()  # what is imported stays: collecting garbage need not look through it each time
    forked = multiprocessing.get_context("fork")
    asks, hears = forked.Pipe()
    forked.Process(target=_fork_when_asked, args=(hears, asks)).start()
    hears.close()
    ForkedKernel.asks = asks
    os.environ[_PROVISIONER] = FORKED
    try:
        yield
    finally:
        asks.close()


def _fork_when_asked(hears: Connection, asks: Connection) -> None:
    """Fork kernels and tell how they end, until the worker is gone; its kernels go with it."""
    asks.close()  # else this process would itself keep open what tells it that the worker is gone
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the command's to hear
    kernels: dict[int | None, BaseProcess] = {}
    try:
        while True:
            asked = hears.recv()
            if isinstance(asked, tuple):
                kernel: BaseProcess = multiprocessing.get_context("fork").Process(
                    target=_serve_kernel, args=asked
                )
                kernel.start()
                kernels[kernel.pid] = kernel
                hears.send(kernel.pid)
            else:
                hears.send(kernels[asked].exitcode)
    except (EOFError, ConnectionError):
        for kernel in kernels.values():
            kernel.kill()


def end_with_parent() -> None:
    """End this process at once when the one that started it is gone, so that nothing lingers."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_end, args=(parent,), daemon=True).start()


def _wait_and_end(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


class ForkedKernel(LocalProvisioner):
    """A kernel forked from the worker's warm process; all else is Jupyter's local provisioner."""

    asks: ClassVar[Connection]  # of this process, to the one that forks its kernels

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork instead of running `cmd`."""
        cwd = kwargs.get("cwd") or os.getcwd()
        self.asks.send((cast(Any, self.parent).connection_file, cwd, kwargs["env"]))
        self.pid = self.pgid = self.asks.recv()
        self.process = cast(Any, _LikePopen(self.asks, self.pid))
        return self.connection_info


def _serve_kernel(connection_file: str, cwd: str, env: dict[str, str]) -> None:
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415 - imported once, by the server

    os.setsid()
    end_with_parent()
    sys.modules["debugpy"] = cast(Any, None)  # slow to import, and no one debugs a scheduled run
    os.chdir(cwd)
    os.environ.update(env)
    os.environ.pop(_PROVISIONER, None)  # kernels that a notebook starts are Jupyter's own
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    # kernels side by side would wait for each other at the shared history file
    IPKernelApp.launch_instance(argv=["-f", connection_file, "--HistoryManager.enabled=False"])
    os._exit(0)  # as a kernel that was asked to stop; nothing that is left need be waited for


class _LikePopen:
    """A kernel of the warm process under the names that Jupyter calls a process by."""

    stdin = stdout = stderr = None

    def __init__(self, asks: Connection, pid: int) -> None:
        self._asks, self.pid = asks, pid

    def poll(self) -> int | None:
        self._asks.send(self.pid)
        code: int | None = self._asks.recv()
        return code

    def wait(self) -> int | None:
        return self.poll()  # Jupyter waits only for what it has found ended

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)
