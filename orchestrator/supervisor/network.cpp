#include "orchestrator/supervisor/network.hpp"

#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {

namespace asio = boost::asio;

asio::awaitable<void> Network::adopt(std::map<std::string, runtime::sys::unique_fd>& inherited) {
  (void)inherited;
  co_return;
}
asio::awaitable<void> Network::prepare(const project::Project& project) {
  (void)project;
  co_return;
}
std::map<std::string, std::string> Network::files_for(const Member& member) {
  (void)member;
  return {};
}
asio::awaitable<void> Network::attach(Member& member) {
  (void)member;
  co_return;
}
void Network::publish(Member& member) { (void)member; }
void Network::detach(Member& member) { (void)member; }
asio::awaitable<void> Network::close() { co_return; }

}  // namespace orchestrator::supervisor
