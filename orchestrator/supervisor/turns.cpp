#include "orchestrator/supervisor/turns.hpp"

#include <algorithm>

namespace orchestrator::supervisor {
namespace {

using Kind = Turns::Kind;

Kind kind_of(const state::Request& request) {
  const std::string& verb = request.verb;
  if (verb == "up" || verb == "create" || verb == "run") return Kind::converge;
  if (verb == "start" || verb == "restart") return Kind::touch;
  if (verb == "remove") return request.force ? Kind::clear : Kind::remove;
  return verb == "down" ? Kind::end : Kind::halt;
}

bool removes(Kind kind) { return kind == Kind::remove || kind == Kind::clear || kind == Kind::end; }

bool must_wait(Kind mine, Kind earlier) {
  switch (mine) {
    case Kind::converge:
      return earlier == Kind::converge || removes(earlier);
    case Kind::touch:
      return removes(earlier);
    case Kind::halt:
    case Kind::clear:
      return false;
    case Kind::remove:
    case Kind::end:
      return earlier != Kind::halt && earlier != Kind::clear;
  }
  return false;
}

bool waits_for_others(Kind kind) { return kind == Kind::converge || kind == Kind::touch; }

/// `down`, and `stop` or `rm --stop` of everything, leave nothing for those to do who came before. Ctrl-C in
/// an `up` is about that one.
bool undoes_others(const state::Request& request) {
  if (request.verb == "down") return true;
  const bool stops = request.verb == "stop" || (request.verb == "remove" && request.force);
  return stops && request.services.empty() && !request.lease;
}

}  // namespace

bool Turns::Turn::has_come() const {
  return std::none_of(places_->begin(), place_,
                      [&](const Place& earlier) { return must_wait(place_->kind, earlier.kind); });
}

bool Turns::Turn::is_over() const {
  return place_->over || (waits_for_others(place_->kind) && !place_->is_awaited());
}

bool Turns::has(Kind kind) const {
  return std::any_of(places_->begin(), places_->end(),
                     [&](const Place& place) { return place.kind == kind; });
}

Turns::Turn Turns::arrive(const state::Request& request, std::function<bool()> is_awaited) {
  if (undoes_others(request))
    for (Place& earlier : *places_) earlier.over = waits_for_others(earlier.kind);
  return {places_, {.kind = kind_of(request), .is_awaited = std::move(is_awaited)}};
}

}  // namespace orchestrator::supervisor
