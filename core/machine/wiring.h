#pragma once
// Resolves a plan's wires to interrupt lines.

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/device/device_type.h"
#include "core/device/irq.h"
#include "core/machine/part_plan.h"

namespace emboard {

/// Stands for a sink that is created after the devices that drive it.
class LateSink : public IrqSink {
 public:
  void Connect(IrqSink* target) { target_ = target; }
  void SetIrq(unsigned input, bool level) override {
    if (target_ != nullptr) target_->SetIrq(input, level);
  }

 private:
  IrqSink* target_ = nullptr;
};

class Wiring {
 public:
  /// `parts` must outlive the wiring.
  Wiring(std::span<const PlannedPart> parts, unsigned cpu_count);

  /// The lines of a part's outputs; an error names a wire that leads nowhere.
  Result<std::vector<DeviceContext::Output>> LinesOf(const PlannedPart& part);
  void ConnectPart(const std::string& name, IrqSink* sink) { part_sinks_[name]->Connect(sink); }
  void ConnectCpu(unsigned cpu, IrqSink& sink) { cpu_sinks_[cpu]->Connect(&sink); }

 private:
  Result<void> AddLines(const PlannedPart& part, const OutputDef& output, const WireEnd& end,
                        std::vector<DeviceContext::Output>& lines);

  std::span<const PlannedPart> parts_;
  std::map<std::string, std::unique_ptr<LateSink>, std::less<>> part_sinks_;
  std::vector<std::unique_ptr<LateSink>> cpu_sinks_;
};

}  // namespace emboard
