// SiFive test finisher: one register whose low half says how the run ended (SiFive Freedom E SDK,
// sifive_test0; Linux Documentation/devicetree/bindings/power/reset/syscon-{poweroff,reboot}.yaml).

#include "core/device/registers.h"
#include "core/device/types.h"

namespace emboard {
namespace {

constexpr u32 kFail = 0x3333;
constexpr u32 kPass = 0x5555;
constexpr u32 kReset = 0x7777;

class SifiveTest : public DeviceOf<SifiveTest> {
 public:
  static constexpr std::string_view kTypeName = "sifive-test";
  struct State {
  } s = {};  // it keeps nothing

  explicit SifiveTest(const DeviceContext& context) : DeviceOf(context), power_(context.power) {}

  void Finish(u64 value, u32) {
    if (power_ == nullptr) return;
    const u32 command = value & 0xffff;
    if (command == kPass) power_->Shutdown(0);
    if (command == kFail) power_->Shutdown(static_cast<int>(value >> 16));
    if (command == kReset) power_->Reset();
  }

  static constexpr std::array kRegisters{
      // Linux writes it as a 32-bit syscon, bare-metal tests often as a halfword.
      Register<SifiveTest>{.offset = 0, .name = "finisher", .sizes = 2 | 4, .on_write = &SifiveTest::Finish},
  };
  static constexpr auto kExtraState = kNoExtraState<State>;

 private:
  PowerControl* power_;
};

// The generic drivers write `value` to a register of the node `regmap` points at.
void DescribePower(const FdtContext& context, FdtSink& fdt) {
  const auto node = [&](std::string_view name, std::string_view compatible, u32 value) {
    fdt.BeginNode(name);
    fdt.PropString("compatible", compatible);
    fdt.PropU32("regmap", context.phandle);
    fdt.PropU32("offset", 0);
    fdt.PropU32("value", value);
    fdt.EndNode();
  };
  node("poweroff", "syscon-poweroff", kPass);
  node("reboot", "syscon-reboot", kReset);
}

constexpr std::string_view kCompatible[] = {"sifive,test1", "sifive,test0", "syscon"};

Result<std::unique_ptr<Device>> Create(const DeviceContext& context) {
  return std::unique_ptr<Device>(std::make_unique<SifiveTest>(context));
}

}  // namespace

constexpr DeviceType kSifiveTestType{
    .name = SifiveTest::kTypeName,
    .description = "SiFive test finisher: power off, reset and exit status",
    .default_window_bytes = 0x1000,
    .fdt = {.node = "test", .compatible = kCompatible, .wants_phandle = true, .siblings = DescribePower},
    .create = Create,
};

}  // namespace emboard
