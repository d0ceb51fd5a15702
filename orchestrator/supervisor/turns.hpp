// Who may act while somebody else acts. Commands come at any time and several at once; what they do to a
// stack is what it would be had they come one after the other. Decides only.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <utility>

#include "orchestrator/state/control.hpp"

namespace orchestrator::supervisor {

class Turns {
 public:
  enum class Kind {
    converge,  ///< up, create, run until it runs: one at a time
    touch,     ///< start, restart: beside an `up`, which may wait for just that
    halt,      ///< stop, kill, pause and others: at once
    remove,    ///< rm: when nobody else changes anything
    clear,     ///< rm --stop: at once, as a stop is; who comes later waits until it is through
    end,       ///< down: the next; who came before it gives up
  };

 private:
  struct Place {
    Kind kind = Kind::halt;
    std::function<bool()> is_awaited{};
    bool over = false;
  };
  using Places = std::list<Place>;  ///< in the order of arrival

 public:
  /// A place in the order of arrival, given up at the end of its life.
  class Turn {
   public:
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { places_->erase(place_); }

    /// Nobody is in the way (any longer).
    [[nodiscard]] bool has_come() const;
    /// It is to give up: a later command undoes it, or it waits for something to come up and nobody waits for
    /// it any more.
    [[nodiscard]] bool is_over() const;

   private:
    friend class Turns;
    Turn(std::shared_ptr<Places> places, Place place)
        : places_(std::move(places)), place_(places_->insert(places_->end(), std::move(place))) {}
    std::shared_ptr<Places> places_;
    Places::iterator place_;
  };

  /// `is_awaited`: somebody still waits for the answer.
  [[nodiscard]] Turn arrive(const state::Request& request, std::function<bool()> is_awaited);
  /// Somebody of this kind acts, or waits.
  [[nodiscard]] bool has(Kind kind) const;

 private:
  std::shared_ptr<Places> places_ = std::make_shared<Places>();
};

}  // namespace orchestrator::supervisor
