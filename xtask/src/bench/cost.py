"""Runs the program argv[1:] and prints one JSON document: what it printed, how it ended, and what that cost.

Seconds by the clock from start to end, seconds of processor time, and the most memory it had resident, in bytes.
"""

import json
import os
import subprocess
import sys
import time

begun = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
printed = child.stdout.read().decode()
_, status, usage = os.wait4(child.pid, 0)
seconds = time.perf_counter() - begun
# Linux counts in KiB, macOS in bytes.
unit = 1 if sys.platform == "darwin" else 1024
print(
    json.dumps(
        {
            "exit": os.waitstatus_to_exitcode(status),
            "printed": printed,
            "seconds": seconds,
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "peak_bytes": usage.ru_maxrss * unit,
        }
    )
)
