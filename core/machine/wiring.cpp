#include "core/machine/wiring.h"

namespace emboard {
namespace {

Error BadWire(const PlannedPart& part, const PlannedWire& wire, std::string_view reason) {
  return {"wire " + part.name + "." + wire.output + " -> " + wire.to + ": " + std::string(reason)};
}

const OutputDef* FindOutput(const DeviceType& type, std::string_view name) {
  for (const OutputDef& output : type.outputs) {
    if (output.name == name) return &output;
  }
  return nullptr;
}

}  // namespace

Wiring::Wiring(std::span<const PlannedPart> parts, unsigned cpu_count) : parts_(parts) {
  for (const PlannedPart& part : parts) part_sinks_.emplace(part.name, std::make_unique<LateSink>());
  for (unsigned i = 0; i < cpu_count; ++i) cpu_sinks_.push_back(std::make_unique<LateSink>());
}

Result<std::vector<DeviceContext::Output>> Wiring::LinesOf(const PlannedPart& part) {
  std::vector<DeviceContext::Output> lines;
  for (const PlannedWire& wire : part.wires) {
    const OutputDef* output = FindOutput(*part.type, wire.output);
    if (output == nullptr) return BadWire(part, wire, std::string(part.type->name) + " has no such output");
    const auto end = ParseWireEnd(wire.to);
    if (!end.ok()) return BadWire(part, wire, end.error().message);
    const auto added = AddLines(part, *output, end.value(), lines);
    if (!added.ok()) return BadWire(part, wire, added.error().message);
  }
  return lines;
}

Result<void> Wiring::AddLines(const PlannedPart& part, const OutputDef& output, const WireEnd& end,
                              std::vector<DeviceContext::Output>& lines) {
  if (output.per_cpu != end.every_cpu)
    return Error{"one line for each CPU must go to cpu*, and nothing else may"};
  if (end.every_cpu) {
    for (unsigned i = 0; i < cpu_sinks_.size(); ++i) {
      lines.push_back({std::string(output.name), i, IrqLine(cpu_sinks_[i].get(), end.input)});
    }
    return {};
  }
  if (end.is_cpu) {
    // A wire to a CPU that this machine was made without stays open.
    if (end.cpu >= cpu_sinks_.size()) return {};
    lines.push_back({std::string(output.name), 0, IrqLine(cpu_sinks_[end.cpu].get(), end.input)});
    return {};
  }
  for (const PlannedPart& target : parts_) {
    if (target.name != end.target) continue;
    if (&target == &part) return Error{"a part cannot interrupt itself"};
    if (end.input >= target.type->irq_inputs) {
      return Error{target.name + " has " + std::to_string(target.type->irq_inputs) + " inputs"};
    }
    lines.push_back(
        {std::string(output.name), 0, IrqLine(part_sinks_.find(end.target)->second.get(), end.input)});
    return {};
  }
  return Error{"no such part"};
}

}  // namespace emboard
