// A snapshot has a section for the machine, one for memory, and one for each CPU and part by its name.

#include <algorithm>

#include "core/base/snapshot.h"
#include "core/machine/machine_impl.h"

namespace emboard {
namespace {

constexpr std::string_view kMachineSection = "machine";
constexpr std::string_view kMemorySection = "memory";

std::string CpuSection(size_t index) { return "cpu" + std::to_string(index); }

std::string TextOf(const std::vector<u8>& bytes) { return {bytes.begin(), bytes.end()}; }

std::span<const u8> BytesOf(const std::string& text) {
  return {reinterpret_cast<const u8*>(text.data()), text.size()};
}

}  // namespace

/// What must be equal in the machine that saves and the one that loads: a line each.
std::string MachineImpl::Identity() const {
  std::string text = "board " + std::string(board_.name) + "\n";
  text += "cpu " + (config_.cpu.empty() ? std::string(board_.default_cpu) : config_.cpu) + "\n";
  text += "smp " + std::to_string(config_.smp) + "\n";
  text += "memory " + std::to_string(ram_bytes() >> 10) + "K\n";
  for (const PlannedPart& part : plan_) text += part.name + " " + std::string(part.type->name) + "\n";
  return text;
}

const PhysMap::Range* MachineImpl::BootRom() {
  return board_.rom_size_bytes != 0 ? bus_.Find(PhysAddr{board_.rom_base}) : nullptr;
}

Result<std::vector<u8>> MachineImpl::SaveSnapshot() {
  if (InFlight()) return Error{"a disk operation is under way; let the machine run on and try again"};
  SnapshotWriter out;
  out.BeginSection(kMachineSection);
  out.Field("identity", BytesOf(Identity()));
  out.Value("now_ns", clock_.NowNs());
  out.Value("instructions", schedule_.instructions);
  out.Value("next_poll", schedule_.next_poll);
  out.Value("slice_left", schedule_.slice_left);
  out.Value("current_cpu", schedule_.current);
  out.Field("waiting", schedule_.waiting);
  out.BeginSection(kMemorySection);
  out.Memory("ram", bus_.HostSpan(PhysAddr{board_.ram_base}, ram_bytes()));
  if (const PhysMap::Range* rom = BootRom()) {
    out.Memory("rom", {rom->host, static_cast<size_t>(rom->size_bytes)});
  }
  for (size_t i = 0; i < cpus_.size(); ++i) {
    out.BeginSection(CpuSection(i));
    cpus_[i]->Save(out);
  }
  for (const Placed& placed : devices_) {
    out.BeginSection(placed.plan->name);
    placed.device->Save(out);
  }
  return out.Finish();
}

/// What is wrong with the file or of another machine leaves this one as it is.
Result<void> MachineImpl::LoadSnapshot(std::span<const u8> bytes) {
  if (InFlight()) return Error{"a disk operation is under way; let the machine run on and try again"};
  SnapshotReader in = TRY(SnapshotReader::Parse(bytes));
  TRY(in.OpenSection(kMachineSection));
  TRY(CheckIdentity(TextOf(TRY(in.Bytes("identity")))));
  auto result = RestoreFrom(in);
  // Half a state is none: the machine starts over.
  if (!result.ok()) Reset();
  return result;
}

Result<MachineImpl::Schedule> MachineImpl::LoadSchedule(const SnapshotReader& in) const {
  Schedule loaded;
  loaded.waiting.resize(cpus_.size());
  TRY(in.Value("instructions", loaded.instructions));
  TRY(in.Value("next_poll", loaded.next_poll));
  TRY(in.Value("slice_left", loaded.slice_left));
  TRY(in.Value("current_cpu", loaded.current));
  TRY(in.Field("waiting", loaded.waiting));
  const u64 until_poll = loaded.next_poll - std::min(loaded.next_poll, loaded.instructions);
  if (loaded.current >= cpus_.size() || loaded.slice_left == 0 || loaded.slice_left > kSliceInstructions ||
      until_poll > kPollInstructions) {
    return Error{"the snapshot's schedule is impossible"};
  }
  return loaded;
}

Result<void> MachineImpl::RestoreFrom(SnapshotReader& in) {
  u64 now_ns = 0;
  TRY(in.Value("now_ns", now_ns));
  schedule_ = TRY(LoadSchedule(in));
  stopped_.reset();
  power_request_.reset();
  clock_.SetNowNs(now_ns);

  TRY(in.OpenSection(kMemorySection));
  const PhysAddr ram{board_.ram_base};
  TRY(in.Memory("ram", bus_.HostSpan(ram, ram_bytes())));
  bus_.NoteWrite(ram, ram_bytes());
  if (const PhysMap::Range* rom = BootRom()) {
    TRY(in.Memory("rom", {rom->host, static_cast<size_t>(rom->size_bytes)}));
    bus_.NoteWrite(PhysAddr{rom->base}, rom->size_bytes);
  }
  for (size_t i = 0; i < cpus_.size(); ++i) {
    TRY(in.OpenSection(CpuSection(i)));
    TRY(cpus_[i]->Load(in));
  }
  // As in Reset: what is driven comes before what drives it.
  for (const bool controllers : {true, false}) {
    for (const Placed& placed : devices_) {
      if ((placed.plan->type->irq_inputs != 0) != controllers) continue;
      TRY(in.OpenSection(placed.plan->name));
      TRY(placed.device->Load(in));
    }
  }
  return {};
}

/// Names the first line in which the two differ.
Result<void> MachineImpl::CheckIdentity(std::string_view saved) const {
  const std::string mine_text = Identity();
  std::string_view mine = mine_text;
  if (saved == mine) return {};
  const auto take_line = [](std::string_view& text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return std::string(line);
  };
  while (!saved.empty() || !mine.empty()) {
    const std::string theirs = take_line(saved), ours = take_line(mine);
    if (theirs != ours) {
      return Error{"the snapshot is of another machine: it has '" + theirs + "', this one has '" + ours +
                   "'"};
    }
  }
  return Error{"the snapshot is of another machine"};
}

}  // namespace emboard
