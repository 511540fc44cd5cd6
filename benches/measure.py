"""Runs a program and says what it cost."""
import os, signal

def run(binary, args, env, out, err, limit):
    """CPU seconds, peak KiB, and whether it was stopped, after `limit` seconds (0: never). `out`, `err`: files for what it prints."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    pid = os.posix_spawn(binary, [os.path.basename(binary), *args], env, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, out, flags, 0o600), (os.POSIX_SPAWN_OPEN, 2, err, flags, 0o600)])
    stopped = []
    def stop(*_):
        os.kill(pid, signal.SIGKILL)
        stopped.append(pid)
    # Waiting without looking: a program that shares its processor with one that looks every millisecond finds its caches cold.
    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit)
    _, _, usage = os.wait4(pid, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss, bool(stopped)
