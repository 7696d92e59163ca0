#include "core/machine/part_plan.h"

#include <charconv>

namespace emboard {
namespace {

Result<unsigned> ParseIndex(std::string_view text, std::string_view whole) {
  unsigned value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || failure != std::errc{} || end != text.data() + text.size()) {
    return Error{"'" + std::string(whole) + "' is not of the form part:input"};
  }
  return value;
}

using Properties = std::vector<std::pair<std::string, std::string>>;

Result<void> SetProperties(PlannedPart& part, const Properties& given) {
  auto values = PropertyValues::Parse(*part.type, given);
  if (!values.ok()) return Error{part.label + ": " + values.error().message};
  part.properties = std::move(values).value();
  return {};
}

Result<PlannedPart> PlanBoardPart(const BoardSpec& board, const Part& part) {
  const DeviceType* type = FindDeviceType(part.type);
  if (type == nullptr) {
    return Error{"board " + std::string(board.name) + ", part " + std::string(part.name) +
                 ": no device type '" + std::string(part.type) + "'"};
  }
  PlannedPart planned{.name = std::string(part.name),
                      .label = std::string(part.name),
                      .type = type,
                      .base = part.base,
                      .size_bytes = part.size_bytes != 0 ? part.size_bytes : type->default_window_bytes};
  Properties properties;
  for (const PartProperty& property : part.properties) properties.emplace_back(property.name, property.value);
  TRY(SetProperties(planned, properties));
  for (const Wire& wire : part.wires)
    planned.wires.push_back({std::string(wire.output), std::string(wire.to)});
  return planned;
}

/// What stands in each slot, by slot number; null is an empty slot.
using SlotUse = std::vector<const DeviceRequest*>;

const std::string* Find(const DeviceRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.properties) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string OptionText(const DeviceRequest& request) { return "-device " + request.type; }

Result<void> CheckPluggable(const BoardSpec& board, const DeviceRequest& request) {
  const DeviceType* type = FindDeviceType(request.type);
  if (type == nullptr) return Error{OptionText(request) + ": unknown device type; '-device help' lists them"};
  if (type->bus == kVirtioMmioBus && board.virtio.count > 0) return {};
  return Error{OptionText(request) + ": board " + std::string(board.name) + " has no place for it"};
}

/// The slot that `bus=` asks for, else the highest free one: that is the order guests of QEMU know.
Result<size_t> ChooseSlot(const DeviceRequest& request, const SlotUse& slots) {
  if (const std::string* bus = Find(request, "bus")) {
    constexpr std::string_view kPrefix = "virtio-mmio-bus.";
    for (size_t slot = 0; slot < slots.size(); ++slot) {
      if (*bus != std::string(kPrefix) + std::to_string(slot)) continue;
      if (slots[slot] != nullptr) return Error{OptionText(request) + ": bus=" + *bus + " is already in use"};
      return slot;
    }
    return Error{OptionText(request) + ": bus=" + *bus + ": the board has " + std::string(kPrefix) + "0 to " +
                 std::string(kPrefix) + std::to_string(slots.size() - 1)};
  }
  for (size_t slot = slots.size(); slot-- > 0;) {
    if (slots[slot] == nullptr) return slot;
  }
  return Error{OptionText(request) + ": all " + std::to_string(slots.size()) + " virtio slots are taken"};
}

Result<SlotUse> FillSlots(const BoardSpec& board, std::span<const DeviceRequest> requests) {
  SlotUse slots(board.virtio.count, nullptr);
  // Those that name their slot come first, so that the others do not take it from them.
  for (const bool named : {true, false}) {
    for (const DeviceRequest& request : requests) {
      TRY(CheckPluggable(board, request));
      if ((Find(request, "bus") != nullptr) != named) continue;
      slots[TRY(ChooseSlot(request, slots))] = &request;
    }
  }
  return slots;
}

Result<PlannedPart> PlanSlot(const VirtioSlots& spec, size_t slot, const DeviceRequest* request) {
  const u64 base = spec.base + slot * spec.stride;
  PlannedPart planned{
      .name = "virtio_mmio@" + HexText(base),
      .label = {},
      .type = FindDeviceType(request != nullptr ? std::string_view(request->type) : spec.type),
      .base = base,
      .size_bytes = spec.stride};
  planned.label = planned.name;
  if (planned.type == nullptr) return Error{"no device type '" + std::string(spec.type) + "'"};
  Properties properties;
  if (request != nullptr) {
    const std::string* id = Find(*request, "id");
    planned.label = OptionText(*request) + (id != nullptr ? ",id=" + *id : "");
    for (const auto& property : request->properties) {
      if (property.first != "id" && property.first != "bus") properties.push_back(property);
    }
  }
  TRY(SetProperties(planned, properties));
  if (!planned.type->outputs.empty()) {
    planned.wires.push_back({std::string(planned.type->outputs.front().name),
                             std::string(spec.controller) + ":" + std::to_string(spec.first_irq + slot)});
  }
  return planned;
}

}  // namespace

std::string HexText(u64 value) {
  char text[16];
  const auto end = std::to_chars(text, text + sizeof(text), value, 16).ptr;
  return {text, end};
}

Result<WireEnd> ParseWireEnd(std::string_view to) {
  const size_t colon = to.find(':');
  if (colon == std::string_view::npos)
    return Error{"'" + std::string(to) + "' is not of the form part:input"};
  WireEnd end{.target = to.substr(0, colon), .input = TRY(ParseIndex(to.substr(colon + 1), to))};
  if (!end.target.starts_with("cpu")) return end;
  const std::string_view which = end.target.substr(3);
  end.target = end.target.substr(0, 3);
  end.is_cpu = true;
  end.every_cpu = which == "*";
  if (!end.every_cpu) end.cpu = TRY(ParseIndex(which, to));
  return end;
}

Result<std::vector<PlannedPart>> PlanParts(const BoardSpec& board, std::span<const DeviceRequest> requests) {
  std::vector<PlannedPart> parts;
  for (const Part& part : board.parts) parts.push_back(TRY(PlanBoardPart(board, part)));
  const SlotUse slots = TRY(FillSlots(board, requests));
  // The highest first, as devices fill them: guests name disks in the device tree's order.
  for (size_t slot = slots.size(); slot-- > 0;) {
    parts.push_back(TRY(PlanSlot(board.virtio, slot, slots[slot])));
  }
  return parts;
}

}  // namespace emboard
