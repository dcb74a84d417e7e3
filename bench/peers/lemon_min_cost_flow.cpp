// Solves a DIMACS .min file with LEMON's NetworkSimplex or CostScaling and prints:
//   COST CPU_SECONDS
// The seconds cover building the graph and solving, not reading the file.
//
//   g++ -O3 -DNDEBUG -std=c++17 lemon_min_cost_flow.cpp -o lemon_min_cost_flow
#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

using lemon::StaticDigraph;

struct Arc {
  int tail, head;
  int64_t capacity, cost;
};

struct Instance {
  int node_count = 0;
  std::vector<int64_t> supplies;
  std::vector<Arc> arcs;
};

static Instance read(const char* path) {
  Instance instance;
  FILE* file = std::fopen(path, "r");
  if (!file) {
    std::perror(path);
    std::exit(2);
  }
  char line[256];
  while (std::fgets(line, sizeof line, file)) {
    if (line[0] == 'p') {
      long arc_count;
      std::sscanf(line, "p min %d %ld", &instance.node_count, &arc_count);
      instance.supplies.assign(instance.node_count, 0);
      instance.arcs.reserve(arc_count);
    } else if (line[0] == 'n') {
      long node, supply;
      std::sscanf(line, "n %ld %ld", &node, &supply);
      instance.supplies[node - 1] = supply;
    } else if (line[0] == 'a') {
      long tail, head, lower, capacity, cost;
      std::sscanf(line, "a %ld %ld %ld %ld %ld", &tail, &head, &lower, &capacity, &cost);
      instance.arcs.push_back({int(tail - 1), int(head - 1), capacity, cost});
    }
  }
  std::fclose(file);
  return instance;
}

template <typename Algorithm>
static void solve(const Instance& instance) {
  const clock_t start = std::clock();
  // StaticDigraph, the fastest of LEMON's graphs, wants the arcs sorted by tail.
  std::vector<int> order(instance.arcs.size());
  std::iota(order.begin(), order.end(), 0);
  const auto by_tail = [&](int a, int b) { return instance.arcs[a].tail < instance.arcs[b].tail; };
  if (!std::is_sorted(order.begin(), order.end(), by_tail))
    std::stable_sort(order.begin(), order.end(), by_tail);
  std::vector<std::pair<int, int>> ends;
  ends.reserve(order.size());
  for (int a : order) ends.emplace_back(instance.arcs[a].tail, instance.arcs[a].head);
  StaticDigraph graph;
  graph.build(instance.node_count, ends.begin(), ends.end());
  StaticDigraph::ArcMap<int64_t> capacity(graph), cost(graph);
  StaticDigraph::NodeMap<int64_t> supply(graph);
  for (size_t i = 0; i < order.size(); ++i) {
    capacity[graph.arc(i)] = instance.arcs[order[i]].capacity;
    cost[graph.arc(i)] = instance.arcs[order[i]].cost;
  }
  for (int v = 0; v < instance.node_count; ++v) supply[graph.node(v)] = instance.supplies[v];
  Algorithm algorithm(graph);
  algorithm.upperMap(capacity).costMap(cost).supplyMap(supply);
  const bool optimal = algorithm.run() == Algorithm::OPTIMAL;
  const double seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
  const long total = optimal ? long(algorithm.template totalCost<int64_t>()) : -1;
  std::printf("%ld %.6f\n", total, seconds);
}

int main(int argc, char** argv) {
  const std::string method = argc == 3 ? argv[1] : "";
  if (method != "simplex" && method != "scaling") {
    std::fprintf(stderr, "usage: lemon_min_cost_flow simplex|scaling FILE.min\n");
    return 2;
  }
  const Instance instance = read(argv[2]);
  if (method == "simplex")
    solve<lemon::NetworkSimplex<StaticDigraph, int64_t, int64_t>>(instance);
  else
    solve<lemon::CostScaling<StaticDigraph, int64_t, int64_t>>(instance);
}
