#!/usr/bin/env python3
"""Compares our minimum-cost flow and assignment with OR-Tools and LEMON.

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
OURS = ROOT / "target" / "release" / "examples" / "min_cost_flow"
LEMON = WORK / "lemon_min_cost_flow"

ORTOOLS = [sys.executable, __file__, "--ortools"]
FLOW = {
    "ours": [OURS, "flow"],
    "OR-Tools": [*ORTOOLS, "flow"],
    "LEMON NS": [LEMON, "simplex"],
    "LEMON CS": [LEMON, "scaling"],
}
# LEMON has no code for weighted bipartite assignment; its network simplex is the anchor.
ASSIGNMENT = {
    "ours": [OURS, "assignment"],
    "OR-Tools": [*ORTOOLS, "assignment"],
    "LEMON NS": [LEMON, "simplex"],
}


def main():
    arguments = parse_arguments()
    if arguments.ortools:
        return solve_with_ortools(arguments.ortools, arguments.files[0])
    if not arguments.no_build:
        build()
    files = arguments.files or standard_files(arguments.seed)
    compare("minimum-cost flow", FLOW, files, arguments)
    files = [file for file in files if file.stem.startswith("assignment")]
    compare("assignment", ASSIGNMENT, files, arguments)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=pathlib.Path, help="DIMACS .min files")
    parser.add_argument("--repeat", type=int, default=3, help="runs of which the least counts")
    parser.add_argument("--seed", type=int, default=1, help="seed of the standard instances")
    parser.add_argument("--time-limit", type=float, default=600, help="seconds per run")
    parser.add_argument("--no-build", action="store_true", help="use what is already built")
    parser.add_argument("--ortools", choices=["flow", "assignment"], help=argparse.SUPPRESS)
    return parser.parse_args()


def build():
    WORK.mkdir(parents=True, exist_ok=True)
    cargo = "cargo build --release -p placewright-bench --no-default-features --example"
    subprocess.run([*cargo.split(), "min_cost_flow"], cwd=ROOT, check=True)
    source = pathlib.Path(__file__).with_name("lemon_min_cost_flow.cpp")
    compiler = "g++ -O3 -DNDEBUG -std=c++17".split()
    subprocess.run([*compiler, source, "-o", LEMON], check=True)


def standard_files(seed):
    folder = WORK / f"min-cost-flow-seed-{seed}"
    if not folder.exists():
        folder.mkdir(parents=True)
        subprocess.run([OURS, "--write", folder, str(seed)], check=True)
    return sorted(folder.glob("*.min"))


def compare(title, solvers, files, arguments):
    names = "".join(f"{name:>10}" for name in solvers)
    print(f"{title:24}{'cost':>14}{names}  ratio")
    for file in files:
        runs = {name: best_run([*command, file], arguments.repeat, arguments.time_limit)
                for name, command in solvers.items()}
        print_row(file, runs)


def best_run(command, repeat, time_limit):
    """The cost and the least CPU seconds, or None if a run exceeds the limit."""
    best = None
    for _ in range(repeat):
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True,
                                  timeout=time_limit)
        except subprocess.TimeoutExpired:
            return best
        cost, seconds = done.stdout.split()
        best = (int(cost), min(float(seconds), best[1] if best else float("inf")))
    return best


def print_row(file, runs):
    costs = {run[0] for run in runs.values() if run}
    if len(costs) != 1:
        sys.exit(f"{file.name}: the costs differ: {runs}")
    cells = "".join(f"{run[1]:10.4f}" if run else f"{'-':>10}" for run in runs.values())
    peers = [run[1] for name, run in runs.items() if name != "ours" and run]
    ratio = f"{runs['ours'][1] / min(peers):7.2f}" if runs["ours"] and peers else f"{'-':>7}"
    print(f"{file.stem:24}{costs.pop():14}{cells}{ratio}", flush=True)


def solve_with_ortools(method, file):
    import numpy
    from ortools.graph.python import linear_sum_assignment, min_cost_flow

    arcs = []
    with open(file) as lines:
        for line in lines:
            if line.startswith("a"):
                arcs.append(line.split()[1:])
            elif line.startswith("n"):
                _, node, supply = line.split()
                supplies[int(node) - 1] = int(supply)
            elif line.startswith("p"):
                supplies = numpy.zeros(int(line.split()[2]), dtype=numpy.int64)
    columns = numpy.array(arcs, dtype=numpy.int64).T
    tails, heads = (columns[0] - 1).astype(numpy.int32), (columns[1] - 1).astype(numpy.int32)
    capacities, costs = (numpy.ascontiguousarray(column) for column in columns[3:])
    rows = numpy.int32((supplies > 0).sum())
    nodes = numpy.arange(len(supplies), dtype=numpy.int32)

    start = time.process_time()
    if method == "flow":
        solver = min_cost_flow.SimpleMinCostFlow()
        ids = solver.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
        solver.set_nodes_supplies(nodes, supplies)
        status = solver.solve()
        solver.flows(ids)
    else:
        solver = linear_sum_assignment.SimpleLinearSumAssignment()
        solver.add_arcs_with_cost(tails, heads - rows, costs)
        status = solver.solve()
    seconds = time.process_time() - start
    if status != solver.OPTIMAL:
        sys.exit(f"{file}: OR-Tools ended with {status}")
    print(solver.optimal_cost(), f"{seconds:.6f}")


if __name__ == "__main__":
    main()
