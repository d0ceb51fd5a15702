// How long a whole container takes in one process, from its cgroup to its removal: `bench_container
// [ROUNDS]`. Needs root.
//
// The program in it does nothing, so the figures are the runtime's own; "busybox true" is what a usual one
// adds. All configurations take turns, so that other load hits them alike.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "figures.hpp"
#include "runtime/cgroup/cgroup.hpp"
#include "runtime/container/container.hpp"
#include "runtime/sys/file.hpp"
#include "runtime/sys/process.hpp"

extern "C" {
extern const char bench_nothing_start[];
extern const char bench_nothing_end[];
}

namespace {

namespace fs = std::filesystem;
using namespace runtime;

constexpr int kAtOnce = 100;

/// A root with two programs, gone at the end.
class Image {
 public:
  Image() {
    path_ = fs::temp_directory_path() / "mdcompose-bench-XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp");
    for (const char* name : {"root/bin", "root/proc", "root/dev", "root/sys", "root/etc", "upper", "work"})
      fs::create_directories(path_ + "/" + name);
    sys::replace_file(path_ + "/root/bin/nothing", {bench_nothing_start, bench_nothing_end}, 0755);
    if (has_busybox()) fs::copy_file("/bin/busybox", path_ + "/root/bin/true");
  }
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  ~Image() { fs::remove_all(path_); }

  static bool has_busybox() { return sys::exists("/bin/busybox"); }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// Docker's defaults.
Spec container(const Image& root, const std::string& program) {
  const std::vector<std::string>& capabilities = default_capabilities();
  Spec spec;
  spec.root.path = root / "root";
  spec.mounts = default_mounts();
  spec.process.args = {program};
  spec.process.env = {"PATH=/bin"};
  spec.process.capabilities =
      Capabilities{.bounding = capabilities, .effective = capabilities, .permitted = capabilities};
  spec.linux.namespaces = {{NamespaceType::mount}, {NamespaceType::uts},     {NamespaceType::ipc},
                           {NamespaceType::pid},   {NamespaceType::network}, {NamespaceType::cgroup}};
  spec.linux.seccomp.mode = SeccompMode::standard;
  spec.linux.masked_paths = default_masked_paths();
  spec.linux.readonly_paths = default_readonly_paths();
  return spec;
}

Spec without_network(Spec spec) {
  std::erase_if(spec.linux.namespaces,
                [](const Namespace& one) { return one.type == NamespaceType::network; });
  for (Mount& mount : spec.mounts)
    if (mount.type == "sysfs")
      mount = {.destination = "/sys", .type = "bind", .source = "/sys", .options = {"rbind", "rro"}};
  return spec;
}

Spec on_overlay(Spec spec, const Image& root) {
  spec.root = {.overlay = Overlay{.lower = {root / "root"}, .upper = root / "upper", .work = root / "work"}};
  return spec;
}

cgroup::Cgroup make_group(int number, const Resources& resources) {
  static const cgroup::Hierarchy hierarchy = cgroup::detect();
  std::vector<std::string> warnings;
  auto group =
      cgroup::Cgroup::create(hierarchy, "mdcompose-bench-" + std::to_string(number), resources, warnings);
  if (!warnings.empty()) throw std::runtime_error(warnings.front());
  return group;
}

Started begin(const Spec& spec, const cgroup::Cgroup* group) {
  Started started = create(spec, group, {});
  started.wait_ready();
  started.release();
  return started;
}

void finish(Started& started) {
  started.wait_started();
  if (sys::wait_pidfd(started.pidfd())->shell_code() != 0) throw std::runtime_error("the program has failed");
}

void one(const Spec& spec) {
  Started started = begin(spec, nullptr);
  finish(started);
}

void one_in_a_group(const Spec& spec) {
  const cgroup::Cgroup group = make_group(0, spec.linux.resources);
  Started started = begin(spec, &group);
  finish(started);
  if (!group.remove()) throw std::runtime_error("the cgroup is still in use");
}

void many(const Spec& spec) {
  std::vector<cgroup::Cgroup> groups;
  std::vector<Started> all;
  for (int i = 0; i < kAtOnce; ++i) {
    groups.push_back(make_group(i, spec.linux.resources));
    all.push_back(create(spec, &groups.back(), {}));
  }
  for (Started& started : all) {
    started.wait_ready();
    started.release();
  }
  for (Started& started : all) finish(started);
  for (const cgroup::Cgroup& group : groups)
    if (!group.remove()) throw std::runtime_error("a cgroup is still in use");
}

struct Configuration {
  std::string name{};
  std::function<void()> run{};
  int containers = 1;
  std::vector<double> times{};      ///< microseconds for each container
  std::vector<double> processor{};  ///< the same
};

double processor_time() {
  double sum = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    ::getrusage(who, &used);
    for (const timeval& time : {used.ru_utime, used.ru_stime})
      sum += static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  }
  return sum;
}

void measure(Configuration& configuration) {
  const double processor = processor_time();
  const auto begin = std::chrono::steady_clock::now();
  configuration.run();
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
  configuration.times.push_back(took.count() / configuration.containers);
  configuration.processor.push_back((processor_time() - processor) / configuration.containers);
}

void print(const std::vector<Configuration>& all) {
  fmt::print("{:<44} {:>10} {:>10} {:>10}\n", "microseconds for each container", "min", "median", "cpu min");
  for (const Configuration& one : all) {
    const bench::Figures time = bench::figures_of(one.times);
    fmt::print("{:<44} {:>10.0f} {:>10.0f} {:>10.0f}\n", one.name, time.least, time.median,
               bench::figures_of(one.processor).least);
  }
}

}  // namespace

int main(int argc, char* argv[]) {
  try {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 200;
    const Image image;
    const Spec plain = container(image, "/bin/nothing");
    Spec limited = plain;
    limited.linux.resources.devices = default_device_rules();
    std::vector<Configuration> all{
        {.name = "network of the host, no cgroup", .run = [&] { one(without_network(plain)); }},
        {.name = "own network", .run = [&] { one(plain); }},
        {.name = "own network, cgroup", .run = [&] { one_in_a_group(plain); }},
        {.name = "own network, cgroup, device filter", .run = [&] { one_in_a_group(limited); }},
        {.name = "own network, cgroup, filter, overlay",
         .run = [&] { one_in_a_group(on_overlay(limited, image)); }}};
    if (Image::has_busybox()) {
      Spec busybox = limited;
      busybox.process.args = {"true"};
      all.push_back({.name = "own network, cgroup, filter, busybox true",
                     .run = [busybox] { one_in_a_group(busybox); }});
    }
    for (int round = 0; round < rounds; ++round)
      for (Configuration& configuration : all) measure(configuration);
    Configuration crowd{.name = fmt::format("{} at once: own network, cgroup, filter", kAtOnce),
                        .run = [&] { many(limited); },
                        .containers = kAtOnce};
    for (int round = 0; round < std::max(rounds / 20, 1); ++round) measure(crowd);
    all.push_back(crowd);
    print(all);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_container: {}\n", error.what());
    return 1;
  }
}
