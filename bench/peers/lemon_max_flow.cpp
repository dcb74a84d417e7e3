// Solves DIMACS .max files with LEMON's Preflow and prints one line per file:
//   VALUE CPU_SECONDS
// The seconds cover building the graph and solving, not reading the file.
//
//   g++ -O3 -DNDEBUG -std=c++17 lemon_max_flow.cpp -o lemon_max_flow

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <vector>

#include <lemon/preflow.h>
#include <lemon/smart_graph.h>

struct Problem {
  int nodes = 0, source = 0, sink = 0;
  std::vector<int> tails, heads;
  std::vector<std::int64_t> capacities;
};

static double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

static bool read(const char *path, Problem &problem) {
  std::FILE *file = std::fopen(path, "r");
  if (!file) return false;
  char line[256], kind;
  int tail, head;
  long long capacity;
  while (std::fgets(line, sizeof line, file)) {
    if (line[0] == 'p') {
      std::sscanf(line, "p max %d", &problem.nodes);
    } else if (line[0] == 'n' && std::sscanf(line, "n %d %c", &tail, &kind) == 2) {
      (kind == 's' ? problem.source : problem.sink) = tail - 1;
    } else if (line[0] == 'a' && std::sscanf(line, "a %d %d %lld", &tail, &head, &capacity) == 3) {
      problem.tails.push_back(tail - 1);
      problem.heads.push_back(head - 1);
      problem.capacities.push_back(capacity);
    }
  }
  std::fclose(file);
  return true;
}

static std::int64_t solve(const Problem &problem) {
  lemon::SmartDigraph graph;
  graph.reserveNode(problem.nodes);
  graph.reserveArc(static_cast<int>(problem.tails.size()));
  for (int node = 0; node < problem.nodes; ++node) graph.addNode();
  lemon::SmartDigraph::ArcMap<std::int64_t> capacities(graph);
  for (std::size_t i = 0; i < problem.tails.size(); ++i) {
    auto arc = graph.addArc(graph.nodeFromId(problem.tails[i]), graph.nodeFromId(problem.heads[i]));
    capacities[arc] = problem.capacities[i];
  }
  lemon::Preflow<lemon::SmartDigraph, lemon::SmartDigraph::ArcMap<std::int64_t>> preflow(
      graph, capacities, graph.nodeFromId(problem.source), graph.nodeFromId(problem.sink));
  preflow.run();
  return preflow.flowValue();
}

int main(int count, char **paths) {
  for (int i = 1; i < count; ++i) {
    Problem problem;
    if (!read(paths[i], problem)) {
      std::fprintf(stderr, "cannot read %s\n", paths[i]);
      return 1;
    }
    double start = cpu_seconds();
    std::int64_t value = solve(problem);
    std::printf("%lld %.6f\n", static_cast<long long>(value), cpu_seconds() - start);
    std::fflush(stdout);
  }
}
