#include "orchestrator/supervisor/diary.hpp"

#include <fcntl.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include "runtime/sys/file.hpp"

namespace orchestrator::supervisor {
namespace {

constexpr std::size_t kLargest = 1 << 20;  // bytes
constexpr std::size_t kOldFiles = 1;

/// Opened before spdlog does, which knows no mode: names of services and commands are nobody else's business.
const std::string& made_private(const std::string& path) {
  (void)runtime::sys::open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  return path;
}

}  // namespace

struct Diary::Writer {
  spdlog::logger logger;

  explicit Writer(const std::string& path)
      : logger("activity", std::make_shared<spdlog::sinks::rotating_file_sink_st>(made_private(path),
                                                                                  kLargest, kOldFiles)) {
    logger.set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l: %v");
    logger.flush_on(spdlog::level::trace);
    logger.set_error_handler([](const std::string&) {});
  }
};

Diary::Diary(const std::string& path) : writer_(std::make_unique<Writer>(path)) {}
Diary::~Diary() = default;

// As arguments: a name may hold what fmt takes for a format.
void Diary::note(const std::string& text) { writer_->logger.info("{}", text); }
void Diary::warn(const std::string& text) { writer_->logger.warn("{}", text); }

}  // namespace orchestrator::supervisor
