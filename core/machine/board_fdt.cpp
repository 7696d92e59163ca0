// Bindings: Devicetree Specification v0.4; Linux Documentation/devicetree/bindings/{riscv/cpus.yaml,
// cpu/cpu-topology.txt, interrupt-controller/interrupts.txt, chosen.yaml}.

#include "core/machine/board_fdt.h"

#include <array>

namespace emboard {
namespace {

/// Lets a device type write into the builder.
class Sink : public FdtSink {
 public:
  explicit Sink(FdtBuilder& fdt) : fdt_(fdt) {}
  void BeginNode(std::string_view name) override { fdt_.BeginNode(name); }
  void EndNode() override { fdt_.EndNode(); }
  void PropEmpty(std::string_view name) override { fdt_.Empty(name); }
  void PropStrings(std::string_view name, std::span<const std::string_view> values) override {
    fdt_.open_node().SetStrings(name, values);
  }
  void PropU32s(std::string_view name, std::span<const u32> values) override { fdt_.Cells(name, values); }

 private:
  FdtBuilder& fdt_;
};

class Writer {
 public:
  explicit Writer(const DeviceTreeInput& input) : in_(input) {}

  Fdt Write() {
    fdt_.U32("#address-cells", 2);
    fdt_.U32("#size-cells", 2);
    fdt_.String("compatible", in_.board.compatible);
    fdt_.String("model", in_.board.model);
    WriteChosen();
    WriteCpus();
    fdt_.BeginNode("soc");
    fdt_.U32("#address-cells", 2);
    fdt_.U32("#size-cells", 2);
    fdt_.String("compatible", "simple-bus");
    fdt_.Empty("ranges");
    for (const PlannedPart& part : in_.parts) WritePart(part);
    fdt_.EndNode();
    for (const PlannedPart& part : in_.parts) {
      Sink sink(fdt_);
      if (part.type->fdt.siblings != nullptr) part.type->fdt.siblings(ContextOf(part), sink);
    }
    return fdt_.Finish();
  }

 private:
  static std::string NodeName(const PlannedPart& part) {
    return std::string(part.type->fdt.node) + "@" + HexText(part.base);
  }
  static std::string CpuLabel(size_t index) { return "cpu" + std::to_string(index); }
  static std::string IntcLabel(size_t index) { return CpuLabel(index) + "-intc"; }

  bool HasPhandle(const FdtDescription& fdt) const { return fdt.wants_phandle || fdt.interrupt_cells != 0; }

  FdtContext ContextOf(const PlannedPart& part) {
    return {.base = part.base,
            .window_bytes = part.size_bytes,
            .properties = &part.properties,
            .phandle = HasPhandle(part.type->fdt) ? fdt_.PhandleOf(part.name) : 0,
            .cpu_count = static_cast<unsigned>(in_.cpus.size())};
  }

  void WriteChosen() {
    fdt_.BeginNode("chosen");
    for (const PlannedPart& part : in_.parts) {
      if (part.name == in_.board.stdout_part) fdt_.String("stdout-path", "/soc/" + NodeName(part));
    }
    fdt_.EndNode();
  }

  void WriteCpus() {
    fdt_.BeginNode("cpus");
    fdt_.U32("#address-cells", 1);
    fdt_.U32("#size-cells", 0);
    fdt_.U32("timebase-frequency", static_cast<u32>(in_.timebase_hz));
    for (size_t i = 0; i < in_.cpus.size(); ++i) {
      fdt_.BeginNode("cpu@" + HexText(i));
      fdt_.String("device_type", "cpu");
      fdt_.U32("reg", static_cast<u32>(i));
      fdt_.String("status", "okay");
      fdt_.Label(CpuLabel(i));
      in_.cpus[i]->Describe(fdt_, fdt_.PhandleOf(IntcLabel(i)));
      fdt_.EndNode();
    }
    fdt_.BeginNode("cpu-map");
    fdt_.BeginNode("cluster0");
    for (size_t i = 0; i < in_.cpus.size(); ++i) {
      fdt_.BeginNode("core" + std::to_string(i));
      fdt_.U32("cpu", fdt_.PhandleOf(CpuLabel(i)));
      fdt_.EndNode();
    }
    fdt_.EndNode();
    fdt_.EndNode();
    fdt_.EndNode();
  }

  void WritePart(const PlannedPart& part) {
    const FdtDescription& description = part.type->fdt;
    if (description.node.empty()) return;
    fdt_.BeginNode(NodeName(part));
    fdt_.Reg(part.base, part.size_bytes);
    fdt_.open_node().SetStrings("compatible", description.compatible);
    if (HasPhandle(description)) fdt_.Label(part.name);
    if (description.interrupt_cells != 0) {
      fdt_.Empty("interrupt-controller");
      fdt_.U32("#interrupt-cells", description.interrupt_cells);
      fdt_.U32("#address-cells", 0);
    }
    WriteCpuInterrupts(part);
    WriteInterrupts(part);
    Sink sink(fdt_);
    if (description.properties != nullptr) description.properties(ContextOf(part), sink);
    fdt_.EndNode();
  }

  /// The wire of an output, when it has one; the wiring has already accepted it.
  static std::optional<WireEnd> EndOf(const PlannedPart& part, std::string_view output) {
    for (const PlannedWire& wire : part.wires) {
      if (wire.output != output) continue;
      const auto end = ParseWireEnd(wire.to);
      if (end.ok()) return end.value();
    }
    return std::nullopt;
  }

  void WriteCpuInterrupts(const PlannedPart& part) {
    std::vector<u32> cells;
    for (size_t i = 0; i < in_.cpus.size(); ++i) {
      for (const OutputDef& output : part.type->outputs) {
        const auto end = EndOf(part, output.name);
        if (!output.per_cpu || !end) continue;
        cells.push_back(fdt_.PhandleOf(IntcLabel(i)));
        cells.push_back(end->input);
      }
    }
    if (!cells.empty()) fdt_.Cells("interrupts-extended", cells);
  }

  void WriteInterrupts(const PlannedPart& part) {
    std::vector<u32> cells;
    for (const OutputDef& output : part.type->outputs) {
      const auto end = EndOf(part, output.name);
      if (output.per_cpu || !end || end->is_cpu) continue;
      fdt_.U32("interrupt-parent", fdt_.PhandleOf(end->target));
      cells.push_back(end->input);
    }
    if (!cells.empty()) fdt_.Cells("interrupts", cells);
  }

  const DeviceTreeInput& in_;
  FdtBuilder fdt_;
};

}  // namespace

Fdt BuildDeviceTree(const DeviceTreeInput& input) { return Writer(input).Write(); }

void ApplyChosen(Fdt& tree, const ChosenNode& values) {
  FdtNode& chosen = tree.root.ChildOrAdd("chosen");
  if (!values.bootargs.empty()) chosen.SetString("bootargs", values.bootargs);
  if (values.initrd) {
    chosen.SetU64("linux,initrd-start", values.initrd->start);
    chosen.SetU64("linux,initrd-end", values.initrd->end);
  }
  if (!values.rng_seed.empty()) chosen.SetBytes("rng-seed", values.rng_seed);

  // One memory node, whatever a supplied tree called it; its own cell counts do not matter as it is replaced.
  std::erase_if(tree.root.children,
                [](const FdtNode& node) { return node.String("device_type") == "memory"; });
  const bool wide = tree.root.Number("#address-cells", 2) == 2 && tree.root.Number("#size-cells", 1) == 2;
  FdtNode& memory = tree.root.AddChild("memory@" + HexText(values.ram_base));
  memory.SetString("device_type", "memory");
  const std::array<u32, 4> reg{static_cast<u32>(values.ram_base >> 32), static_cast<u32>(values.ram_base),
                               static_cast<u32>(values.ram_bytes >> 32), static_cast<u32>(values.ram_bytes)};
  const std::array<u32, 2> narrow{reg[1], reg[3]};
  memory.SetCells("reg", wide ? std::span<const u32>(reg) : std::span<const u32>(narrow));
}

}  // namespace emboard
