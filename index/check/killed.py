#!/usr/bin/env python3
"""Kills `clip index` again and again while it runs, and while its pictures change, move and vanish; says what the index is like after.

    index/check/killed.py [KILLS]        (50 unless said; CLIP is how clip is started, ./clip unless said)

After each kill the index has to open, to have no picture twice, and to have every picture that it had after the kill before, unless its
file is gone or was touched meanwhile. In the end a run that is not killed has to bring it in line with the folder, and a second one to find
nothing to do.
"""

import csv
import fcntl
import io
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLIP = shlex.split(os.environ.get("CLIP", str(ROOT / "clip")))
PICTURES = 400
SPAN = float(os.environ.get("SPAN", 12))  # seconds from the opening of the index to the latest kill
KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 50
seed = int(os.environ.get("SEED", time.time_ns() % 1_000_000))
chance = random.Random(seed)
sources = sorted((ROOT / "src-test-data/pictograms").glob("*.[jp][pn]g"))


def content(number):
    """A pictogram of which there is no other: what stands behind a picture's end is no part of it."""
    return sources[number % len(sources)].read_bytes() + b"%d" % number


def is_held(index):
    """Whether a process has opened the index to write."""
    try:
        with open(f"{index}/write.lock", "r+b") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except FileNotFoundError:
        return False
    except OSError:
        return True


def indexed(index):
    """Path -> size, of all pictures; fails if the index does not open, or has one twice."""
    table = subprocess.run(
        [*CLIP, "search", "-i", index, "path:pictures", "-n", "100000", "--format", "csv"], capture_output=True, text=True
    )
    if "no picture in the index is so" in table.stderr:
        return {}
    if table.returncode != 0:
        sys.exit(f"seed {seed}: the index does not open: {table.stderr}")
    rows = list(csv.DictReader(io.StringIO(table.stdout)))
    paths = [row["image"] for row in rows]
    if len(set(paths)) != len(paths):
        sys.exit(f"seed {seed}: a picture is there twice")
    return {row["image"]: int(row["bytes"]) for row in rows}


class Changes(threading.Thread):
    """Changes, moves, deletes and adds files until it is told to stop; `touched` has the path of each."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.folder, self.touched, self.stopped = folder, set(), threading.Event()

    def run(self):
        number = time.time_ns()
        while not self.stopped.wait(chance.uniform(0, 0.1)):
            files = sorted(self.folder.rglob("*.*"))
            victim = chance.choice(files)
            number += 1
            new = self.folder / f"{chance.choice('abc')}/{number}{victim.suffix}"
            self.touched |= {str(victim), str(new)}
            what = chance.randrange(4)
            if what == 0:
                victim.write_bytes(content(number))
            elif what == 1:
                victim.rename(new)
            elif what == 2 and len(files) > PICTURES // 2:
                victim.unlink()
            else:
                new.write_bytes(content(number))


def main():
    work = Path(tempfile.mkdtemp(prefix="clip-killed-"))
    folder, index = work / "pictures", str(work / "index")
    for name in "abc":
        (folder / name).mkdir(parents=True)
    for number in range(PICTURES):
        source = sources[number % len(sources)]
        (folder / f"{'abc'[number % 3]}/{number}{source.suffix}").write_bytes(content(number))
    command = [*CLIP, "index", "-i", index, "--commit-every", "0.2", str(folder)]
    known = {}
    killed = 0
    started = time.monotonic()
    while killed < KILLS:
        changes = Changes(folder)
        changes.start()
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
        while run.poll() is None and not is_held(index):
            time.sleep(0.01)
        try:
            # it may end by itself, when there is little to do: that is no kill
            run.wait(timeout=chance.uniform(0, SPAN))
            if run.returncode not in (0, 5):
                sys.exit(f"seed {seed}: clip index ended with {run.returncode}: {run.stderr.read().decode()}")
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
            killed += bool(known)  # there is nothing to lose before the first commit
        run.stderr.close()
        changes.stopped.set()
        changes.join()
        if not os.path.isdir(index):
            continue
        try:
            now = indexed(index)
        except SystemExit as e:
            if "no index of pictures" in str(e) and not known:
                continue  # killed before the first commit
            raise
        lost = [path for path in known if path not in changes.touched and path not in now and os.path.exists(path)]
        if lost:
            sys.exit(f"seed {seed}, kill {killed}: lost {lost}")
        known = now
        print(f"kill {killed}: {len(now)} pictures", flush=True)
    last = subprocess.run(command, capture_output=True, text=True)
    now, files = indexed(index), {str(path): path.stat().st_size for path in folder.rglob("*.*")}
    if last.returncode != 0 or now != files:
        sys.exit(f"seed {seed}: the last run ended with {last.returncode}; other than the folder: {set(now.items()) ^ set(files.items())}")
    again = subprocess.run(command, capture_output=True, text=True)
    if "nothing changed" not in again.stderr:
        sys.exit(f"seed {seed}: the run after the last found something to do: {again.stderr}")
    print(f"{killed} kills in {time.monotonic() - started:.0f} s: opens, nothing twice, nothing lost; {len(files)} pictures; seed {seed}")
    shutil.rmtree(work)


main()
