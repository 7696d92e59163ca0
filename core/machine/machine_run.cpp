// The run loop. What it does depends on instruction counts and guest time only, never on how the caller cuts
// a run into slices: with -icount two runs of a machine are the same to the instruction.

#include <algorithm>
#include <cassert>

#include "core/machine/machine_impl.h"

namespace emboard {
namespace {

/// A run that gets nothing executed so many times in a row gives the host its turn.
constexpr unsigned kMaxIdleTurns = 1000;
/// On host time a timer that is due soon shortens the slice by this guess of the guest's speed.
constexpr u64 kGuessedNsPerInstruction = 8;
constexpr u64 kMinSliceInstructions = 500;

}  // namespace

u64 MachineImpl::instructions() const {
  return schedule_.instructions + (running_ != nullptr ? running_->ExecutedInRun() : 0);
}

RunResult MachineImpl::Run(u64 max_instructions) {
  if (stopped_) return *stopped_;
  if (!deterministic()) PollPorts();
  u64 left = max_instructions;
  for (unsigned idle_turns = 0; idle_turns < kMaxIdleTurns; ++idle_turns) {
    if (const auto stop = TakePowerRequest()) return *stop;
    if (schedule_.instructions >= schedule_.next_poll) {
      PollPorts();
      // A disk that is slower than the guest must not change when the guest sees its answer.
      if (deterministic() && InFlight()) return {.state = RunState::kIdle, .idle_until_ns = kNever};
      schedule_.next_poll = schedule_.instructions + kPollInstructions;
    }
    clock_.RunExpired();
    if (left == 0) break;
    if (!SelectCpu()) {
      if (const auto idle = Idle()) return *idle;
      continue;
    }
    const u64 executed = RunSlice(SliceBudget(left));
    left -= executed;
    if (executed != 0) idle_turns = 0;
  }
  if (const auto stop = TakePowerRequest()) return *stop;
  return {.state = RunState::kRunning};
}

/// Makes the current CPU one that can execute; false when all wait.
bool MachineImpl::SelectCpu() {
  for (size_t tried = 0; tried < cpus_.size(); ++tried) {
    if (!schedule_.waiting[schedule_.current] || cpus_[schedule_.current]->HasWork()) {
      schedule_.waiting[schedule_.current] = 0;
      return true;
    }
    NextCpu();
  }
  return false;
}

void MachineImpl::NextCpu() {
  schedule_.current = (schedule_.current + 1) % static_cast<unsigned>(cpus_.size());
  schedule_.slice_left = kSliceInstructions;
}

u64 MachineImpl::SliceBudget(u64 left) const {
  const u64 turn = cpus_.size() == 1 ? left : schedule_.slice_left;  // nobody else waits for a turn
  return std::min({left, turn, schedule_.next_poll - schedule_.instructions, InstructionsToDeadline()});
}

/// At least one, so that something happens; with -icount exactly as many as bring the deadline.
u64 MachineImpl::InstructionsToDeadline() const {
  const u64 deadline = clock_.next_deadline_ns();
  if (deadline == kNever) return kNever;
  const u64 now = clock_.NowNs();
  const u64 ns = deadline > now ? deadline - now : 0;
  if (!deterministic()) return std::max(kMinSliceInstructions, ns / kGuessedNsPerInstruction);
  const unsigned shift = clock_.icount_shift();
  const u64 whole = ns >> shift;
  return std::max<u64>(1, whole << shift == ns ? whole : whole + 1);
}

u64 MachineImpl::RunSlice(u64 budget) {
  Cpu& cpu = *cpus_[schedule_.current];
  yield_requested_ = false;
  running_ = &cpu;
  const CpuRun run = cpu.Run(budget);
  running_ = nullptr;
  assert(run.executed <= budget);
  schedule_.instructions += run.executed;
  schedule_.slice_left -= std::min(schedule_.slice_left, run.executed);
  if (run.state == CpuState::kWaiting) schedule_.waiting[schedule_.current] = 1;
  // A CPU that yields of its own accord has nothing better to do than to let the others run.
  const bool gave_way =
      run.state == CpuState::kWaiting || (run.state == CpuState::kYield && !yield_requested_);
  if (schedule_.slice_left == 0 || gave_way) NextCpu();
  return run.executed;
}

/// All CPUs wait. The result ends the Run; none means that there may be work now.
std::optional<RunResult> MachineImpl::Idle() {
  PollPorts();
  for (const auto& cpu : cpus_) {
    if (cpu->HasWork()) return std::nullopt;
  }
  const u64 deadline = clock_.next_deadline_ns();
  if (!deterministic() && deadline <= clock_.NowNs()) return std::nullopt;
  // Guest time must not run ahead of a disk that is still at work.
  if (deterministic() && deadline != kNever && !InFlight()) {
    clock_.WarpTo(std::max(deadline, clock_.NowNs()));
    return std::nullopt;
  }
  return RunResult{.state = RunState::kIdle, .idle_until_ns = deterministic() ? kNever : deadline};
}

void MachineImpl::YieldRunningCpu() {
  if (running_ == nullptr) return;
  yield_requested_ = true;
  running_->RequestYield();
}

void MachineImpl::RequestPower(PowerRequest request) {
  power_request_ = request;
  YieldRunningCpu();
}

std::optional<RunResult> MachineImpl::TakePowerRequest() {
  if (!power_request_) return std::nullopt;
  const PowerRequest request = *power_request_;
  power_request_.reset();
  if (!request.reset) {
    return Stop(request.status, request.status == 0
                                    ? "guest powered off"
                                    : "guest powered off with status " + std::to_string(request.status));
  }
  if (config_.no_reboot) return Stop(0, "guest reset the machine (-no-reboot)");
  Reset();
  return std::nullopt;
}

RunResult MachineImpl::Stop(int status, std::string reason) {
  PollPorts();  // the last words of the guest may still be in its UART
  stopped_ = RunResult{.state = RunState::kStopped,
                       .idle_until_ns = kNever,
                       .exit_status = status,
                       .reason = std::move(reason)};
  return *stopped_;
}

void MachineImpl::PollPorts() {
  for (const BlockBackend& drive : config_.drives) drive.port->Poll();
  for (const Placed& placed : devices_) placed.device->Poll();
}

bool MachineImpl::InFlight() const {
  const auto busy = [](const Placed& placed) { return placed.device->in_flight() != 0; };
  return std::any_of(devices_.begin(), devices_.end(), busy);
}

/// CPUs first, then what drives them, then what drives that: a line's level is set by its driver's reset.
void MachineImpl::Reset() {
  stopped_.reset();
  power_request_.reset();
  blobs_.LoadInto(bus_);
  for (const auto& cpu : cpus_) cpu->Reset();
  for (const bool controllers : {true, false}) {
    for (const Placed& placed : devices_) {
      if ((placed.plan->type->irq_inputs != 0) == controllers) placed.device->Reset();
    }
  }
  schedule_ = {.instructions = schedule_.instructions,
               .next_poll = schedule_.next_poll,
               .waiting = std::vector<u8>(cpus_.size(), 0)};
}

}  // namespace emboard
