// Minimum cuts by Boost's Boykov-Kolmogorov, as a peer: "n m s t" and m lines "from to capacity" per problem, until the end of input.
// Prints "value microseconds" per problem; the time covers the algorithm alone, on a graph that is ready.
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/boykov_kolmogorov_max_flow.hpp>
#include <chrono>
#include <cstdio>
#include <vector>
using namespace boost;
using Traits = adjacency_list_traits<vecS, vecS, directedS>;
using Graph = adjacency_list<vecS, vecS, directedS,
    property<vertex_color_t, default_color_type, property<vertex_distance_t, long, property<vertex_predecessor_t, Traits::edge_descriptor>>>,
    property<edge_capacity_t, long, property<edge_residual_capacity_t, long, property<edge_reverse_t, Traits::edge_descriptor>>>>;
int main() {
    int n, m, s, t;
    while (std::scanf("%d %d %d %d", &n, &m, &s, &t) == 4) {
        Graph g(n);
        auto capacity = get(edge_capacity, g);
        auto reverse = get(edge_reverse, g);
        for (int i = 0; i < m; i++) {
            int from, to;
            long cost;
            if (std::scanf("%d %d %ld", &from, &to, &cost) != 3) return 1;
            auto there = add_edge(from, to, g).first, back = add_edge(to, from, g).first;
            capacity[there] = cost, capacity[back] = 0, reverse[there] = back, reverse[back] = there;
        }
        auto start = std::chrono::steady_clock::now();
        long value = boykov_kolmogorov_max_flow(g, vertex(s, g), vertex(t, g));
        auto us = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
        std::printf("%ld %.1f\n", value, us);
        std::fflush(stdout);
    }
}
