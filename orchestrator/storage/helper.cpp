#include "orchestrator/storage/helper.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/process/v2/environment.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/stdio.hpp>

#include <stdexcept>

#include "orchestrator/storage/output.hpp"
#include "runtime/sys/file.hpp"

namespace orchestrator::storage {

namespace process = boost::process::v2;
namespace sys = runtime::sys;

void run_helper(const std::string& program, const std::vector<std::string>& arguments,
                const std::string& package) {
  const auto file = process::environment::find_executable(program);
  if (file.empty()) throw std::runtime_error(program + " is not installed (package " + package + ")");
  boost::asio::io_context loop;
  sys::Pipe output = sys::pipe();
  process::process child(loop, file, arguments,
                         process::process_stdio{nullptr, output.write.get(), output.write.get()});
  output.write.reset();
  const std::string said = last_lines(read_output(output.read.get()));
  const int status = child.wait();
  if (status == 0) return;
  throw std::runtime_error(program + " failed (" + std::to_string(status) + ")" +
                           (said.empty() ? "" : ": " + said));
}

}  // namespace orchestrator::storage
