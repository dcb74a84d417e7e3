#!/usr/bin/env python3
"""Compares our maximum flow with OR-Tools SimpleMaxFlow and LEMON Preflow.

All solve the same DIMACS files, each run in a process of its own. The time is CPU seconds for
building the graph and solving; reading the file is left out. The least of the repeated runs
counts, which is what a shared machine disturbs least. See README.md.
"""

import argparse
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / "target" / "peers"
OURS = ROOT / "target" / "release" / "examples" / "max_flow"
LEMON = WORK / "lemon_max_flow"


def main():
    arguments = parse_arguments()
    if arguments.ortools:
        return solve_with_ortools(arguments.ortools)
    if not arguments.no_build:
        build()
    files = arguments.files or standard_files(arguments.seed)
    compare(files, arguments.repeat, arguments.time_limit)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=pathlib.Path, help="DIMACS .max files")
    parser.add_argument("--repeat", type=int, default=3, help="runs of which the least counts")
    parser.add_argument("--seed", type=int, default=1, help="seed of the standard instances")
    parser.add_argument("--time-limit", type=float, default=120, help="seconds per run")
    parser.add_argument("--no-build", action="store_true", help="use what is already built")
    parser.add_argument("--ortools", type=pathlib.Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def build():
    WORK.mkdir(parents=True, exist_ok=True)
    cargo = "cargo build --release -p placewright-bench --no-default-features --example max_flow"
    subprocess.run(cargo.split(), cwd=ROOT, check=True)
    source = pathlib.Path(__file__).with_name("lemon_max_flow.cpp")
    compiler = "g++ -O3 -DNDEBUG -std=c++17".split()
    subprocess.run([*compiler, source, "-o", LEMON], check=True)


def standard_files(seed):
    folder = WORK / f"max-flow-seed-{seed}"
    if not folder.exists():
        folder.mkdir(parents=True)
        subprocess.run([OURS, "--write", folder, str(seed)], check=True)
    return sorted(folder.glob("*.max"))


def compare(files, repeat, time_limit):
    solvers = {
        "ours": [OURS],
        "OR-Tools": [sys.executable, __file__, "--ortools"],
        "LEMON": [LEMON],
    }
    print(f"{'instance':28}{'value':>14}" + "".join(f"{name:>10}" for name in solvers) + "  ratio")
    for file in files:
        runs = {name: best_run([*command, file], repeat, time_limit)
                for name, command in solvers.items()}
        print_row(file, runs)


def best_run(command, repeat, time_limit):
    """The value and the least CPU seconds, or None if a run exceeds the limit."""
    best = None
    for _ in range(repeat):
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True,
                                  timeout=time_limit)
        except subprocess.TimeoutExpired:
            return best
        value, seconds = done.stdout.split()
        best = (int(value), min(float(seconds), best[1] if best else float("inf")))
    return best


def print_row(file, runs):
    values = {run[0] for run in runs.values() if run}
    if len(values) != 1:
        sys.exit(f"{file.name}: the values differ: {runs}")
    cells = "".join(f"{run[1]:10.4f}" if run else f"{'-':>10}" for run in runs.values())
    peers = [run[1] for name, run in runs.items() if name != "ours" and run]
    ratio = f"{runs['ours'][1] / min(peers):7.2f}" if runs["ours"] and peers else f"{'-':>7}"
    print(f"{file.stem:28}{values.pop():14}{cells}{ratio}", flush=True)


def solve_with_ortools(file):
    import numpy
    from ortools.graph.python import max_flow

    terminals, arcs = {}, []
    with open(file) as lines:
        for line in lines:
            if line.startswith("a"):
                arcs.append(line.split()[1:])
            elif line.startswith("n"):
                _, node, kind = line.split()
                terminals[kind] = int(node) - 1
    tails, heads, capacities = numpy.array(arcs, dtype=numpy.int64).T
    tails, heads = (tails - 1).astype(numpy.int32), (heads - 1).astype(numpy.int32)
    capacities = numpy.ascontiguousarray(capacities)

    start = time.process_time()
    flow = max_flow.SimpleMaxFlow()
    flow.add_arcs_with_capacity(tails, heads, capacities)
    status = flow.solve(terminals["s"], terminals["t"])
    flow.flows(numpy.arange(len(tails), dtype=numpy.int32))
    seconds = time.process_time() - start
    if status != flow.OPTIMAL:
        sys.exit(f"{file}: OR-Tools ended with {status}")
    print(flow.optimal_flow(), f"{seconds:.6f}")


if __name__ == "__main__":
    main()
