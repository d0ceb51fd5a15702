#include "orchestrator/supervisor/log_options.hpp"

#include <array>
#include <limits>
#include <utility>

namespace orchestrator::supervisor {
namespace {

/// The templates of docker's tag that mean something here; others stay as they are.
std::string tag_of(const project::Logging& logging, const state::Instance& record) {
  std::string tag = logging.tag.empty() ? "{{.Name}}" : logging.tag;
  const std::array<std::pair<std::string, std::string>, 4> values{
      {{"{{.Name}}", record.name},
       {"{{.ID}}", state::container_id(record)},
       {"{{.FullID}}", state::container_id(record)},
       {"{{.ImageName}}", record.image}}};
  for (const auto& [word, value] : values)
    for (std::size_t at = tag.find(word); at != std::string::npos; at = tag.find(word, at + value.size()))
      tag.replace(at, word.size(), value);
  return tag;
}

logs::JournalOptions journal_of(const project::Service& service, const state::Instance& record) {
  const project::Logging& logging = *service.logging;
  const std::string tag = tag_of(logging, record);
  logs::JournalOptions journal;
  for (const auto& [name, value] : std::array<std::pair<std::string_view, std::string_view>, 5>{
           {{"CONTAINER_ID", state::container_id(record)},
            {"CONTAINER_NAME", record.name},
            {"CONTAINER_TAG", tag},
            {"IMAGE_NAME", record.image},
            {"SYSLOG_IDENTIFIER", tag}}})
    journal.fields += logs::journal_field(name, value);
  for (const std::string& name : logging.labels)
    if (const auto label = service.labels.find(name); label != service.labels.end())
      journal.fields += logs::journal_field(name, label->second);
  for (const std::string& name : logging.env)
    if (const auto variable = service.environment.find(name);
        variable != service.environment.end() && variable->second)
      journal.fields += logs::journal_field(name, *variable->second);
  return journal;
}

}  // namespace

logs::OutputOptions output_options(const project::Service& service, const state::Instance& record,
                                   const std::string& directory) {
  const project::Logging logging = service.logging.value_or(project::Logging{});
  logs::OutputOptions options{.log = {.directory = directory,
                                      .max_size = logging.max_size,
                                      .max_files = static_cast<int>(logging.max_file)},
                              .is_kept = logging.driver != "none",
                              .waits = logging.waits,
                              .room = logging.max_buffer_size};
  if (logging.driver == "journald") options.log.journal = journal_of(service, record);
  return options;
}

}  // namespace orchestrator::supervisor
