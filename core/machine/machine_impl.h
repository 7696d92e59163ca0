#pragma once
// The machine itself. Creation is in machine.cpp, booting in machine_boot.cpp, running in machine_run.cpp,
// snapshots in machine_snapshot.cpp.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/device/clock.h"
#include "core/device/device_type.h"
#include "core/device/power.h"
#include "core/exec/engine.h"
#include "core/machine/board_spec.h"
#include "core/machine/cpu.h"
#include "core/machine/loader.h"
#include "core/machine/machine.h"
#include "core/machine/part_plan.h"
#include "core/machine/wiring.h"
#include "core/memory/phys_map.h"

namespace emboard {

class MachineImpl final : public Machine {
 public:
  MachineImpl(MachineConfig config, HostPorts ports);

  /// Everything that can fail; the machine is of no use when it does.
  Result<void> Build();

  RunResult Run(u64 max_instructions) override;
  void Reset() override;
  void Pause() override { clock_.Pause(); }
  void Resume() override { clock_.Resume(); }
  u64 instructions() const override;
  u64 now_ns() const override { return clock_.NowNs(); }
  Result<std::vector<u8>> SaveSnapshot() override;
  Result<void> LoadSnapshot(std::span<const u8> bytes) override;
  const std::vector<u8>& device_tree() const override { return device_tree_; }
  std::string DumpCpus() const override;
  std::string DumpDevices() const override;
  std::string Statistics() const override;

 private:
  /// How long a CPU runs before the next one does. Long enough to amortise a switch, short enough that a CPU
  /// that spins on a lock does not waste much.
  static constexpr u64 kSliceInstructions = 16 * 1024;
  /// How often ports are looked at: about a millisecond of interpreted guest work.
  static constexpr u64 kPollInstructions = 64 * 1024;

  struct PowerRequest {
    bool reset = false;
    int status = 0;
  };
  /// What devices see of the power supply; they speak in the middle of a slice.
  class PowerSwitch final : public PowerControl {
   public:
    explicit PowerSwitch(MachineImpl& machine) : machine_(machine) {}
    void Shutdown(int status) override { machine_.RequestPower({.reset = false, .status = status}); }
    void Reset() override { machine_.RequestPower({.reset = true, .status = 0}); }

   private:
    MachineImpl& machine_;
  };
  struct Placed {
    const PlannedPart* plan = nullptr;
    std::unique_ptr<Device> device;
  };

  /// Who runs when. It is part of snapshots, so that a run goes on exactly as it would have.
  struct Schedule {
    u64 instructions = 0;
    u64 next_poll = 0;                    ///< instruction count
    u64 slice_left = kSliceInstructions;  ///< of the current CPU
    u32 current = 0;
    std::vector<u8> waiting;  ///< by CPU: its last run ended in a wait
  };

  // machine.cpp
  Result<void> CheckConfig() const;
  Result<void> AddMemory();
  Result<void> AddDevice(const PlannedPart& part, Wiring& wiring);
  Result<void> ResolvePorts(const PlannedPart& part, DeviceContext& context);
  Result<BlockPort*> FindDrive(const PlannedPart& part, const std::string& id);
  Result<SerialPort*> FindSerial(const PlannedPart& part, const std::string& id);
  Result<void> AddCpus(Wiring& wiring);
  Device* FindPart(std::string_view name) const;
  u64 ram_bytes() const { return config_.ram_bytes != 0 ? config_.ram_bytes : board_.default_ram_bytes; }

  // machine_boot.cpp
  Result<void> LoadImages();
  Result<void> LoadCodeImages(const CodeRules& rules, BootInfo& boot);
  Result<void> FillFlash(BootInfo& boot);
  Result<void> MakeDeviceTree(const std::optional<LoadedInitrd>& initrd, BootInfo& boot);
  void OfferFirmwareItems();

  // machine_run.cpp
  void RequestPower(PowerRequest request);
  std::optional<RunResult> TakePowerRequest();
  RunResult Stop(int status, std::string reason);
  void PollPorts();
  bool InFlight() const;
  bool SelectCpu();
  void NextCpu();
  u64 SliceBudget(u64 left) const;
  u64 InstructionsToDeadline() const;
  u64 RunSlice(u64 budget);
  std::optional<RunResult> Idle();
  void YieldRunningCpu();
  bool deterministic() const { return clock_.mode() == Clock::Mode::kInstructions; }

  // machine_snapshot.cpp
  std::string Identity() const;
  Result<void> CheckIdentity(std::string_view saved) const;
  const PhysMap::Range* BootRom();
  Result<Schedule> LoadSchedule(const SnapshotReader& in) const;
  Result<void> RestoreFrom(SnapshotReader& in);

  MachineConfig config_;
  HostPorts ports_;
  const BoardSpec& board_;
  PowerSwitch power_switch_{*this};
  Clock clock_;
  PhysMap bus_;
  BlobList blobs_;
  std::vector<PlannedPart> plan_;
  std::unique_ptr<Engine> engine_;  // translated code is shared by the CPUs, so it outlives them
  // Devices go before what they drive: a dying one may still lower its line.
  std::vector<std::unique_ptr<Cpu>> cpus_;
  std::unique_ptr<Wiring> wiring_;
  std::vector<Placed> devices_;
  u64 timebase_hz_ = 0;
  std::vector<u8> device_tree_;
  std::map<std::string, std::string> drive_users_;  // drive id -> who has it
  size_t next_serial_ = 0;

  Schedule schedule_;

  Cpu* running_ = nullptr;
  bool yield_requested_ = false;
  std::optional<PowerRequest> power_request_;
  std::optional<RunResult> stopped_;
};

}  // namespace emboard
