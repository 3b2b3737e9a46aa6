#include "tests/simulation/fibers.h"

#include <algorithm>
#include <cstddef>

#include "tests/simulation/sanitizers.h"

namespace videojobs::simulation {
namespace {

constexpr std::size_t kStack = 512 * 1024;

void BeforeSwitch([[maybe_unused]] void** fake_stack, [[maybe_unused]] const void* bottom,
                  [[maybe_unused]] std::size_t size) {
#ifdef VIDEOJOBS_ASAN
  __sanitizer_start_switch_fiber(fake_stack, bottom, size);
#endif
}

void AfterSwitch([[maybe_unused]] void* fake_stack, [[maybe_unused]] const void** bottom,
                 [[maybe_unused]] std::size_t* size) {
#ifdef VIDEOJOBS_ASAN
  __sanitizer_finish_switch_fiber(fake_stack, bottom, size);
#endif
}

// ThreadSanitizer knows a fiber by a handle of its own. Nothing is done elsewhere.
void* NewHandle() {
#ifdef VIDEOJOBS_TSAN
  return __tsan_create_fiber(0);
#else
  return nullptr;
#endif
}

void* ThisHandle() {
#ifdef VIDEOJOBS_TSAN
  return __tsan_get_current_fiber();
#else
  return nullptr;
#endif
}

void SwitchHandle([[maybe_unused]] void* to) {
#ifdef VIDEOJOBS_TSAN
  __tsan_switch_to_fiber(to, 0);
#endif
}

void DropHandle([[maybe_unused]] void* handle) {
#ifdef VIDEOJOBS_TSAN
  __tsan_destroy_fiber(handle);
#endif
}

}  // namespace

class Fiber {
 public:
  Fiber(Scheduler& scheduler, int owner, std::function<void()> body)
      : scheduler_(scheduler), owner_(owner), body_(std::move(body)), stack_(kStack) {
    getcontext(&context_);
    context_.uc_stack.ss_sp = stack_.data();
    context_.uc_stack.ss_size = stack_.size();
    context_.uc_link = nullptr;
    const auto self = reinterpret_cast<std::uintptr_t>(this);
    makecontext(&context_, reinterpret_cast<void (*)()>(&Fiber::Enter), 2, static_cast<unsigned>(self >> 32),
                static_cast<unsigned>(self));
  }

  ~Fiber() { DropHandle(handle_); }
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  int owner() const { return owner_; }
  bool ended() const { return ended_; }
  void Kill() { killed_ = true; }
  bool killed() const { return killed_; }

  void SwitchTo() {
    main_handle_ = ThisHandle();
    BeforeSwitch(&scheduler_.main_fake_stack_, stack_.data(), stack_.size());
    SwitchHandle(handle_);
    swapcontext(&scheduler_.main_, &context_);
    AfterSwitch(scheduler_.main_fake_stack_, nullptr, nullptr);
  }

  void SwitchBack() {
    BeforeSwitch(ended_ ? nullptr : &fake_stack_, main_bottom_, main_size_);
    SwitchHandle(main_handle_);
    swapcontext(&context_, &scheduler_.main_);
    AfterSwitch(fake_stack_, &main_bottom_, &main_size_);
  }

 private:
  static void Enter(unsigned high, unsigned low) {
    auto* self = reinterpret_cast<Fiber*>((static_cast<std::uintptr_t>(high) << 32) | low);
    AfterSwitch(nullptr, &self->main_bottom_, &self->main_size_);
    try {
      if (!self->killed_) self->body_();
    } catch (const Killed&) {
    }
    self->body_ = nullptr;
    self->ended_ = true;
    self->SwitchBack();
  }

  Scheduler& scheduler_;
  const int owner_;
  std::function<void()> body_;
  std::vector<char> stack_;
  ucontext_t context_;
  void* const handle_ = NewHandle();
  void* main_handle_ = nullptr;
  void* fake_stack_ = nullptr;
  const void* main_bottom_ = nullptr;
  std::size_t main_size_ = 0;
  bool killed_ = false;
  bool ended_ = false;
};

Scheduler::Scheduler() = default;

Scheduler::~Scheduler() {
  for (const auto& fiber : fibers_) fiber->Kill();
  while (!asleep_.empty()) {
    Fiber* fiber = asleep_.begin()->second;
    asleep_.erase(asleep_.begin());
    Resume(*fiber);
  }
}

void Scheduler::Spawn(int owner, absl::Duration after, std::function<void()> body) {
  fibers_.push_back(std::make_unique<Fiber>(*this, owner, std::move(body)));
  WakeAt(now_ + after, fibers_.back().get());
}

void Scheduler::Kill(int owner) {
  for (const auto& fiber : fibers_) {
    if (fiber->owner() == owner) fiber->Kill();
  }
  // They are unwound now, at this very time, and not when they would have woken.
  std::vector<Fiber*> dying;
  for (auto sleeper = asleep_.begin(); sleeper != asleep_.end();) {
    if (sleeper->second->owner() == owner) {
      dying.push_back(sleeper->second);
      sleeper = asleep_.erase(sleeper);
    } else {
      ++sleeper;
    }
  }
  for (Fiber* fiber : dying) WakeAt(now_, fiber);
}

void Scheduler::Sleep(absl::Duration duration) {
  Fiber& fiber = *running_;
  if (fiber.killed()) throw Killed();
  WakeAt(now_ + std::max(duration, absl::ZeroDuration()), &fiber);
  fiber.SwitchBack();
  if (fiber.killed()) throw Killed();
}

void Scheduler::WakeAt(absl::Duration at, Fiber* fiber) { asleep_[{at, next_ticket_++}] = fiber; }

void Scheduler::Resume(Fiber& fiber) {
  running_ = &fiber;
  fiber.SwitchTo();
  running_ = nullptr;
  if (!fiber.ended()) return;
  fibers_.erase(std::find_if(fibers_.begin(), fibers_.end(), [&](const auto& held) { return held.get() == &fiber; }));
}

void Scheduler::RunUntil(absl::Duration until, const std::function<bool()>& stop) {
  while (!asleep_.empty() && asleep_.begin()->first.first <= until) {
    const auto [at, fiber] = *asleep_.begin();
    asleep_.erase(asleep_.begin());
    now_ = std::max(now_, at.first);
    Resume(*fiber);
    if (stop()) return;
  }
  now_ = std::max(now_, until);
}

}  // namespace videojobs::simulation
