// PLIC in the SiFive layout (RISC-V Platform-Level Interrupt Controller Specification 1.0.0; SiFive FU540
// manual, PLIC). Two contexts for each hart, machine then supervisor mode. Sources are level-triggered.

#include <algorithm>
#include <bit>
#include <vector>

#include "core/device/registers.h"
#include "core/device/types.h"

namespace emboard {
namespace {

constexpr u32 kMaxHarts = 32;
constexpr u32 kMaxContexts = 2 * kMaxHarts;
constexpr u32 kMaxSources = 128;  // source 0 does not exist
constexpr u32 kWords = kMaxSources / 32;
constexpr u32 kEnableStride = 0x80;
constexpr u32 kContextStride = 0x1000;

class Plic : public DeviceOf<Plic>, public IrqSink {
 public:
  static constexpr std::string_view kTypeName = "plic";
  struct State {
    u32 priority[kMaxSources];
    u32 pending[kWords];
    u32 level[kWords];       // the wires
    u32 in_service[kWords];  // claimed and not yet completed: the gateway holds further requests back
    u32 enable[kMaxContexts][kWords];
    u32 threshold[kMaxContexts];
  } s = {};

  explicit Plic(const DeviceContext& context)
      : DeviceOf(context), sources_(static_cast<u32>(context.properties.number("sources"))) {
    for (u32 hart = 0; hart < context.cpu_count; hart++) {
      contexts_.push_back(context.output("meip", hart));
      contexts_.push_back(context.output("seip", hart));
    }
  }

  IrqSink* irq_sink() override { return this; }

  void SetIrq(unsigned source, bool level) override {
    if (source == 0 || source >= sources_) return;
    const u32 bit = 1u << (source % 32);
    u32& wires = s.level[source / 32];
    if (((wires & bit) != 0) == level) return;  // devices repeat themselves; only edges change anything
    wires ^= bit;
    if (level) Request(source);
  }

  u64 ReadEnable(u32 offset, unsigned) { return EnableWord(offset) != nullptr ? *EnableWord(offset) : 0; }
  void WriteEnable(u32 offset, unsigned, u64 value) {
    u32* word = EnableWord(offset);
    if (word == nullptr) return;
    *word = static_cast<u32>(value) & Implemented(offset % kEnableStride / 4);
    Update();
  }
  void WritePriority(u64, u32 source) {
    if (source == 0 || source >= sources_) s.priority[source] = 0;
    Update();
  }
  void WriteThreshold(u64, u32) { Update(); }

  // Section 9: the highest priority, the lowest number among equals; the threshold plays no part.
  u64 Claim(u32 context) {
    const u32 source = Best(context, 0);
    if (source == 0) return 0;
    s.pending[source / 32] &= ~(1u << (source % 32));
    s.in_service[source / 32] |= 1u << (source % 32);
    Update();
    return source;
  }
  // Section 10: a completion for a source that is not enabled here is ignored.
  void Complete(u64 source, u32 context) {
    if (source == 0 || source >= sources_) return;
    const u32 bit = 1u << (source % 32);
    if ((s.enable[context][source / 32] & bit) == 0) return;
    s.in_service[source / 32] &= ~bit;
    if ((s.level[source / 32] & bit) != 0) Request(static_cast<u32>(source));
  }

  void OnReset() { Update(); }
  Result<void> OnLoad() {
    Update();
    return {};
  }

  using R = Register<Plic>;
  static constexpr std::array kRegisters{
      R{.offset = 0x0,
        .name = "priority",
        .field = kField<&State::priority>,
        .writable = 7,
        .count = kMaxSources,
        .on_write = &Plic::WritePriority},
      R{.offset = 0x1000, .name = "pending", .field = kField<&State::pending>, .count = kWords},
      R{.offset = 0x2000,
        .name = "enable",
        .span_bytes = kMaxContexts * kEnableStride,
        .on_read_span = &Plic::ReadEnable,
        .on_write_span = &Plic::WriteEnable},
      R{.offset = 0x20'0000,
        .name = "threshold",
        .field = kField<&State::threshold>,
        .writable = 7,
        .count = kMaxContexts,
        .stride = kContextStride,
        .on_write = &Plic::WriteThreshold},
      R{.offset = 0x20'0004,
        .name = "claim",
        .count = kMaxContexts,
        .stride = kContextStride,
        .on_read = &Plic::Claim,
        .on_write = &Plic::Complete},
  };
  static constexpr std::array kExtraState{
      Extra<State>{"enables", kField<&State::enable>},
      Extra<State>{"level", kField<&State::level>},
      Extra<State>{"in_service", kField<&State::in_service>},
  };

 private:
  u32* EnableWord(u32 offset) {
    const u32 word = offset % kEnableStride / 4;
    if (offset % 4 != 0 || word >= kWords) return nullptr;
    return &s.enable[offset / kEnableStride][word];
  }
  // Bits of word `word` that stand for sources there are.
  u32 Implemented(u32 word) const {
    const u32 first = word * 32;
    const u64 bits = first >= sources_ ? 0 : LowMask(std::min(32u, sources_ - first));
    return static_cast<u32>(word == 0 ? bits & ~u64{1} : bits);
  }
  void Request(u32 source) {
    const u32 bit = 1u << (source % 32);
    if ((s.in_service[source / 32] & bit) != 0) return;
    s.pending[source / 32] |= bit;
    Update();
  }
  // The source to serve first among those above `threshold`, or 0.
  u32 Best(u32 context, u32 threshold) const {
    u32 best = 0;
    for (u32 word = 0; word < kWords; word++) {
      for (u32 bits = s.pending[word] & s.enable[context][word]; bits != 0; bits &= bits - 1) {
        const u32 source = word * 32 + static_cast<u32>(std::countr_zero(bits));
        if (s.priority[source] <= threshold) continue;
        threshold = s.priority[source];
        best = source;
      }
    }
    return best;
  }
  void Update() {
    for (u32 context = 0; context < contexts_.size(); context++) {
      contexts_[context].Set(Best(context, s.threshold[context]) != 0);
    }
  }

  u32 sources_;
  std::vector<IrqLine> contexts_;
};

constexpr PropertyDef kProperties[] = {
    {"sources", PropertyType::kNumber, "96", "interrupt sources, counting source 0, which does not exist"},
};
constexpr OutputDef kOutputs[] = {{"meip", true}, {"seip", true}};
constexpr std::string_view kCompatible[] = {"sifive,plic-1.0.0", "riscv,plic0"};

void DescribePlic(const FdtContext& context, FdtSink& fdt) {
  fdt.PropU32("riscv,ndev", static_cast<u32>(context.properties->number("sources")) - 1);
}

Result<std::unique_ptr<Device>> Create(const DeviceContext& context) {
  const u64 sources = context.properties.number("sources");
  if (sources < 2 || sources > kMaxSources) {
    return Error{context.name + ": sources must be in 2.." + std::to_string(kMaxSources)};
  }
  if (context.cpu_count > kMaxHarts) {
    return Error{context.name + ": at most " + std::to_string(kMaxHarts) + " CPUs"};
  }
  return std::unique_ptr<Device>(std::make_unique<Plic>(context));
}

}  // namespace

constexpr DeviceType kPlicType{
    .name = Plic::kTypeName,
    .description = "RISC-V platform-level interrupt controller, SiFive layout",
    .properties = kProperties,
    .outputs = kOutputs,
    .irq_inputs = kMaxSources,
    .default_window_bytes = 0x60'0000,
    .fdt = {.node = "plic", .compatible = kCompatible, .interrupt_cells = 1, .properties = DescribePlic},
    .create = Create,
};

}  // namespace emboard
