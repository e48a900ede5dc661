"""Whatever ends a run from outside, the earlier report stays, and the next run works."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from balanse_lib import runs

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX"),
]
# A shell without job control starts what it puts in the background with SIGINT ignored, and a suite
# started so would hand that on: the command must hear it as it does for a person at a keyboard.
COMMAND = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "import balanse_lib.cli as cli; cli.main()"
)
WAITS = "import time\nopen(f'{results}/.at-work', 'w').close()\ntime.sleep(600)"


def wait_for(happened, *, seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > ends:
            return False
        time.sleep(0.1)
    return True


@pytest.fixture
def at_work(small_trust, tree):
    """The command in the middle of a run, beside an earlier report."""
    small_trust.add_notebook("20_forecast", WAITS)
    earlier = tree(small_trust.earlier_report("lillevik", "2025-06"))
    command = [sys.executable, "-c", COMMAND, "run"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    ) as process:
        mark = small_trust.outputs / "lillevik" / ".2025-06.new" / ".at-work"
        try:
            assert wait_for(mark.exists, seconds=60), "the run did not get to its second notebook"
            children = psutil.Process(process.pid).children(recursive=True)
            yield small_trust, process, children, earlier
        finally:
            process.kill()


def next_run(house):
    house.add_notebook("20_forecast")
    (outcome,) = runs.run_batch(
        [runs.open_run("lillevik")],
        run_id="r2",
        outputs=house.outputs,
        jobs=1,
        listener=lambda *told: None,
    )
    return outcome


def test_kill_9_in_the_middle_of_a_run(at_work, tree):
    house, process, children, earlier = at_work
    place = house.outputs / "lillevik" / "2025-06"
    assert len(children) >= 2  # the worker and its kernel

    meanwhile = next_run(house)  # a second run while the first is at work
    assert meanwhile.reason == "another run of this trust and month is being made"

    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    gone = wait_for(lambda: not any(alive(child) for child in children), seconds=15)
    assert gone, "worker or kernel outlived the command"
    assert tree(place) == earlier

    outcome = next_run(house)
    assert outcome.ok, outcome.reason
    assert "the last good report" not in (place / "report.html").read_text(encoding="utf-8")
    left = {path.name for path in place.parent.iterdir()} - {"2025-06", ".2025-06.lock"}
    assert not left


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere kernels are Jupyter's own")
def test_kill_9_of_a_worker_ends_its_kernel_and_fails_its_run_alone(at_work, tree):
    house, process, children, earlier = at_work
    kernel = max(children, key=lambda child: len(child.parents()))
    forks_kernels, worker = kernel.parents()[:2]
    worker.kill()
    assert process.wait(timeout=15) == 1
    assert wait_for(lambda: not (alive(kernel) or alive(forks_kernels)), seconds=15)
    assert "the process ended with code -9" in process.stdout.read().decode()
    assert tree(house.outputs / "lillevik" / "2025-06") == earlier


def alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_ctrl_c_ends_the_command_and_its_kernels_at_once(at_work, tree):
    house, process, children, earlier = at_work
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=15) != 0
    assert wait_for(lambda: not any(alive(child) for child in children), seconds=15)
    assert tree(house.outputs / "lillevik" / "2025-06") == earlier
