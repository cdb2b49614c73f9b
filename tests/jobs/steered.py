"""Work that goes on when the test says so, and a clock that the test turns."""

from threading import Event

PATIENT = 20.0  # seconds after which a test fails instead of hanging


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Work:
    """A function with as many steps as it is let do."""

    def __init__(self, total=4, result="found", error=None):
        self.total, self.result, self.error = total, result, error
        self.calls = 0
        self.began = Event()
        self._go = [Event() for _ in range(total + 1)]
        self._did = [Event() for _ in range(total + 1)]

    def __call__(self, *arguments, progress):
        self.calls += 1
        self.arguments = arguments
        self.began.set()
        for step in range(self.total + 1):
            if not self._go[step].wait(PATIENT):
                raise TimeoutError
            try:
                progress(step, self.total, f"step {step}")
            finally:
                self._did[step].set()
        if self.error is not None:
            raise self.error
        return self.result

    def begin(self):
        """Wait until it runs."""
        assert self.began.wait(PATIENT)

    def do(self, step):
        """Let it say that so many steps are done, and wait until it has."""
        self._go[step].set()
        assert self._did[step].wait(PATIENT)

    def finish(self):
        """Let it do everything."""
        for event in self._go:
            event.set()
