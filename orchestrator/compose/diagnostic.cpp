#include "orchestrator/compose/diagnostic.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace orchestrator::compose {
namespace {

constexpr std::size_t kMostErrors = 100;
constexpr std::size_t kMostQuoted = 200;  // bytes of a line; a longer one is not shown

std::string_view line_of(const File& file, int number) {
  std::string_view text = file.text;
  for (int line = 1; line < number; ++line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

std::string caret_under(std::string_view line, int column) {
  std::string out;
  for (const char c : line.substr(0, static_cast<std::size_t>(std::max(column - 1, 0)))) {
    const bool continues_letter = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    // A tab stays a tab, so that the caret stands right however wide the terminal makes it.
    if (!continues_letter) out += c == '\t' ? '\t' : ' ';
  }
  return out + "^";
}

/// Letters that were left out, put in, mistaken, or swapped with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last.back();
}

class Nearest {
 public:
  explicit Nearest(std::string_view word)
      : word_(word), limit_(std::max<std::size_t>(1, word.size() / 3) + 1) {}
  void offer(std::string_view candidate) {
    const std::size_t longer = std::max(candidate.size(), word_.size());
    if (longer - std::min(candidate.size(), word_.size()) >= limit_) return;
    if (const std::size_t d = distance(word_, candidate); d < limit_) limit_ = d, best_ = candidate;
  }
  std::string best() const { return best_; }

 private:
  std::string_view word_;
  std::size_t limit_;
  std::string best_;
};

std::string summary(const std::vector<Diagnostic>& diagnostics) {
  if (diagnostics.empty()) return "the stack cannot be loaded";
  std::string text = one_line(diagnostics.front());
  if (diagnostics.size() > 1) text += " (and " + std::to_string(diagnostics.size() - 1) + " more)";
  return text;
}

}  // namespace

std::string one_line(const Diagnostic& diagnostic) {
  const Place& place = diagnostic.place;
  if (place.file == nullptr) return diagnostic.message;
  std::string where = place.file->name + ":";
  if (place.line > 0) where += std::to_string(place.line) + ":" + std::to_string(place.column) + ":";
  return where + " " + diagnostic.message;
}

std::string render(const Diagnostic& diagnostic) {
  std::string out = one_line(diagnostic) + "\n";
  const Place& place = diagnostic.place;
  if (place.file != nullptr && place.line > 0) {
    const std::string_view line = line_of(*place.file, place.line);
    if (!line.empty() && line.size() <= kMostQuoted) {
      const std::string number = std::to_string(place.line);
      out += "  " + number + " | " + std::string(line) + "\n";
      out += "  " + std::string(number.size(), ' ') + " | " + caret_under(line, place.column) + "\n";
    }
  }
  if (!diagnostic.hint.empty()) out += "  hint: " + diagnostic.hint + "\n";
  return out;
}

LoadError::LoadError(std::vector<Diagnostic> diagnostics)
    : std::runtime_error(summary(diagnostics)), diagnostics_(std::move(diagnostics)) {}
LoadError::LoadError(const Place& place, std::string message, std::string hint)
    : LoadError(
          std::vector{Diagnostic{.place = place, .message = std::move(message), .hint = std::move(hint)}}) {}
LoadError::LoadError(std::string message, std::string hint)
    : LoadError(Place{}, std::move(message), std::move(hint)) {}

bool Findings::is_full() const { return errors_.size() >= kMostErrors; }

void Findings::error(const Place& place, std::string message, std::string hint) {
  if (!is_full())
    return errors_.push_back({.place = place, .message = std::move(message), .hint = std::move(hint)});
  ++left_out_;
  if (left_out_ == 1) errors_.emplace_back();
  errors_.back().message = std::to_string(left_out_) + " more errors are not shown";
}
void Findings::warning(const Place& place, std::string message, std::string hint) {
  warnings_.push_back({.place = place, .message = std::move(message), .hint = std::move(hint)});
}
void Findings::stop_on_errors() const {
  if (failed()) throw LoadError(errors_);
}

std::string nearest(std::string_view word, std::span<const std::string_view> candidates) {
  Nearest search(word);
  for (const std::string_view candidate : candidates) search.offer(candidate);
  return search.best();
}
std::string nearest(std::string_view word, const Map& candidates) {
  Nearest search(word);
  for (const auto& entry : candidates) search.offer(entry.key);
  return search.best();
}
std::string did_you_mean(std::string_view word) {
  return word.empty() ? "" : "did you mean " + quoted(word) + "?";
}

std::string Trail::text() const {
  if (up == nullptr) return "the stack file";
  const std::string before = up->up == nullptr ? "" : up->text();
  if (index != std::string_view::npos) return before + "[" + std::to_string(index) + "]";
  return before.empty() ? std::string(key) : before + "." + std::string(key);
}
std::string Trail::prefix() const { return up == nullptr ? "" : text() + ": "; }

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string join_path(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : std::string(path) + "." + std::string(key);
}

}  // namespace orchestrator::compose
