#include "native-backend/cli/option_table.h"

#include "core/base/units.h"
#include "native-backend/cli/apply.h"
#include "native-backend/cli/listings.h"
#include "native-backend/cli/test_options.h"

namespace emboard {
namespace {

using Section = OptionSection;

constexpr GroupKey kMachineKeys[] = {{"type", "NAME", "the board"}};
constexpr GroupKey kSmpKeys[] = {
    {"cpus", "N", "CPUs in all"},
    {"maxcpus", "N", "must equal cpus: CPUs are not plugged in later"},
    {"sockets", "N", "with cores and threads, another way to say cpus"},
    {"cores", "N", "CPUs in a socket"},
    {"threads", "N", "CPUs in a core"},
};
constexpr GroupKey kAccelKeys[] = {
    {"accel", "interp|jit", "which engine"},
    {"hot", "N", "jit: compile what ran N times; with 0 everything at once, for tests"},
};
constexpr GroupKey kMemoryKeys[] = {{"size", "SIZE", "bytes of RAM"}};
constexpr GroupKey kDriveKeys[] = {
    {"file", "FILE", "the image"},
    {"if", "virtio|none|pflash",
     "virtio plugs in a virtio-blk-device, none waits for a -device with drive=ID, "
     "pflash fills the board's next flash bank"},
    {"format", "raw", "only raw images so far"},
    {"id", "NAME", "what a -device calls it"},
    {"unit", "N", "the flash bank, counted from 0; banks are given in order"},
    {"readonly", "on|off", "refuse the guest's writes; such an image may be shared"},
};
constexpr GroupKey kIcountKeys[] = {
    {"shift", "N", "an instruction takes 2^N ns, N at most 10"},
    {"sleep", "off", "idle time is always skipped"},
};
constexpr GroupKey kSnapshotAtKeys[] = {
    {"instructions", "N", "executed by all CPUs"},
    {"file", "FILE", "where to save"},
    {"quit", "on|off", "end there"},
};

constexpr OptionSpec kOptions[] = {
    // Machine
    {"machine", "M", "NAME", Section::kMachine,
     "The board to be; `-M help` lists them. Without it, the first of the list.", SetMachine, kMachineKeys,
     "type", ListBoards},
    {"cpu",
     "",
     "MODEL[,PROPERTY=on|off…]",
     Section::kMachine,
     "The CPU model and what it can do, such as `rv64,zba=off`; `-cpu help` lists both.",
     [](Options& o, const OptionValue& v) -> Result<void> { return Assign(o.cpu, v.text); },
     {},
     "",
     ListCpus},
    {"smp", "", "N", Section::kMachine, "How many CPUs.", SetCpuCount, kSmpKeys, "cpus"},
    {"m", "", "SIZE", Section::kMachine, "RAM, in MiB or with a suffix K, M, G or T.", SetMemory, kMemoryKeys,
     "size"},
    {"accel", "", "interp|jit", Section::kMachine,
     "The engine that executes guest code: the interpreter, or x86-64 code compiled from what runs often "
     "(the default where the host allows it).",
     SetAccelerator, kAccelKeys, "accel"},
    {"name", "", "TEXT", Section::kMachine, "A name for messages and snapshot files.",
     [](Options& o, const OptionValue& v) -> Result<void> { return Assign(o.name, v.text); }},
    // Boot
    {"bios", "", "FILE|none|default", Section::kBoot,
     "Firmware. The default is OpenSBI, which starts the kernel; `none` starts the kernel itself in machine "
     "mode.",
     [](Options& o, const OptionValue& v) -> Result<void> { return Assign(o.bios, v.text); }},
    {"kernel", "", "FILE", Section::kBoot, "Linux Image, ELF or raw binary, possibly gzip'd.",
     [](Options& o, const OptionValue& v) -> Result<void> { return Assign(o.kernel, v.text); }},
    {"initrd", "", "FILE", Section::kBoot, "Initial RAM disk for the kernel.",
     [](Options& o, const OptionValue& v) -> Result<void> { return Assign(o.initrd, v.text); }},
    {"append", "", "TEXT", Section::kBoot, "The kernel's command line.",
     [](Options& o, const OptionValue& v) -> Result<void> { return Assign(o.append, v.text); }},
    {"dtb", "", "FILE", Section::kBoot, "A device tree to use instead of the board's own.",
     [](Options& o, const OptionValue& v) -> Result<void> { return Assign(o.dtb, v.text); }},
    {"no-reboot", "", "", Section::kBoot, "When the guest resets, exit instead.",
     [](Options& o, const OptionValue&) -> Result<void> { return Assign(o.no_reboot, true); }},
    // Disks and devices
    {"drive", "", "file=FILE[,if=…][,id=…][,readonly=on]", Section::kDevices,
     "A disk image. The file is locked, so that two machines cannot damage it.", AddDrive, kDriveKeys,
     "file"},
    {"device",
     "",
     "TYPE[,KEY=VALUE…]",
     Section::kDevices,
     "One more device; `-device help` lists the types, `-device TYPE,help` a type's keys.",
     AddDevice,
     {},
     "",
     ListDevices},
    // Console
    {"serial", "", "mon:stdio|stdio|null|pty|file:FILE", Section::kConsole,
     "Where the next serial port goes. The first goes to mon:stdio by default: this terminal, with Ctrl-A as "
     "escape key. "
     "With stdio Ctrl-C ends Emboard.",
     AddSerial},
    {"nographic", "", "", Section::kConsole,
     "Accepted for QEMU's sake: there is no graphics window to leave out.", Accept},
    {"display", "", "none", Section::kConsole, "Accepted for QEMU's sake.", AcceptNone},
    {"monitor", "", "none", Section::kConsole, "Accepted for QEMU's sake.", AcceptNone},
    // Time
    {"icount", "", "N", Section::kTime,
     "Time follows executed instructions, 2^N ns each, and randomness is seeded: every run is the same.",
     SetIcount, kIcountKeys, "shift"},
    {"S", "", "", Section::kTime, "Start paused; Ctrl-A p continues.",
     [](Options& o, const OptionValue&) -> Result<void> { return Assign(o.start_paused, true); }},
    // Snapshots
    {"loadvm", "", "FILE", Section::kSnapshot,
     "Continue from a snapshot. The other options must describe the same machine.",
     [](Options& o, const OptionValue& v) -> Result<void> { return Assign(o.load_snapshot, v.text); }},
    {"snapshot-at", "", "instructions=N,file=FILE[,quit=on]", Section::kSnapshot,
     "Save a snapshot after so many instructions; exact with -icount.", SetSnapshotAt, kSnapshotAtKeys,
     "instructions"},
    // Debugging
    {"d",
     "",
     "ITEM[,ITEM…]",
     Section::kDebug,
     "Log what happens; `-d help` lists the items.",
     SetLogItems,
     {},
     "",
     ListLogItems},
    {"D", "", "FILE", Section::kDebug, "Log to a file instead of standard error.",
     [](Options& o, const OptionValue& v) -> Result<void> { return Assign(o.log_file, v.text); }},
    {"stats", "", "", Section::kDebug, "At the end, print instruction counts, speed and engine statistics.",
     [](Options& o, const OptionValue&) -> Result<void> { return Assign(o.statistics, true); }},
    // Console tests
    {"expect", "", "PATTERN", Section::kTest,
     "Wait until the console shows PATTERN, an ECMAScript regular expression, after the last match. It is "
     "searched in one "
     "line at a time, without colours and carriage returns.",
     AddExpect},
    {"send", "", "TEXT", Section::kTest, "Type TEXT; \\r is Enter, \\t Tab, \\e Escape, \\x03 Ctrl-C.",
     AddSend},
    {"not", "", "PATTERN", Section::kTest, "From here on, fail as soon as the console shows PATTERN.",
     AddNot},
    {"expect-exit", "", "STATUS", Section::kTest, "Wait until the machine powers off with this exit status.",
     AddExpectExit},
    {"snapshot", "", "FILE", Section::kTest, "Save a snapshot at this point.", AddSnapshotStep},
    {"timeout", "", "SECONDS", Section::kTest, "How long each of the following steps may wait (60).",
     SetStepTimeout},
    {"time-limit", "", "SECONDS", Section::kTest, "How long the whole test may take (600).", SetTotalTimeout},
    {"slow", "", "FACTOR", Section::kTest, "Multiply all time limits, for slow hosts and builds.",
     SetSlowness},
    {"script", "", "FILE", Section::kTest,
     "Read steps from FILE, one on a line: `expect PATTERN`, `send TEXT` and so on; `machine OPTIONS…` lines "
     "give machine "
     "options, with ${NAME} from the environment; # begins a comment.",
     RunScriptFile},
    {"junit", "", "FILE", Section::kTest, "Write the result as JUnit XML.",
     [](Options& o, const OptionValue& v) -> Result<void> { return Assign(o.test.junit_file, v.text); }},
    {"console", "", "FILE", Section::kTest, "Write all console output to FILE.",
     [](Options& o, const OptionValue& v) -> Result<void> { return Assign(o.test.console_file, v.text); }},
    // General
    {"help", "h", "", Section::kGeneral, "This page.",
     [](Options& o, const OptionValue&) -> Result<void> { return Assign(o.listing, ShowHelp); }},
    {"version", "", "", Section::kGeneral, "Print the version.",
     [](Options& o, const OptionValue&) -> Result<void> { return Assign(o.listing, ShowVersion); }},
    {"docs", "", "", Section::kGeneral, "Print the options as Markdown, for docs/cli.md.",
     [](Options& o, const OptionValue&) -> Result<void> { return Assign(o.listing, ShowDocs); }},
};

constexpr MissingOption kMissing[] = {
    {"hda", "-drive file=FILE,if=virtio"},
    {"hdb", "-drive file=FILE,if=virtio"},
    {"cdrom", "-drive file=FILE,if=virtio,readonly=on"},
    {"pflash", "-drive file=FILE,if=pflash"},
    {"blockdev", "-drive file=FILE,if=none,id=ID"},
    {"enable-kvm", "-accel interp"},
    {"vga", "-nographic"},
    {"curses", "-nographic"},
    {"chardev", "-serial"},
    {"mem-path", "-m"},
    {"object", "-device"},
    {"netdev", "-device"},
    {"nic", "-device"},
    {"net", "-device"},
    {"incoming", "-loadvm FILE"},
    {"savevm", "-snapshot-at instructions=N,file=FILE"},
    {"singlestep", "-d exec"},
};

}  // namespace

std::span<const OptionSpec> AllOptions() { return kOptions; }
std::span<const MissingOption> MissingOptions() { return kMissing; }

std::string_view SectionTitle(OptionSection section) {
  switch (section) {
    case Section::kMachine:
      return "Machine";
    case Section::kBoot:
      return "What it boots";
    case Section::kDevices:
      return "Disks and devices";
    case Section::kConsole:
      return "Console";
    case Section::kTime:
      return "Time";
    case Section::kSnapshot:
      return "Snapshots";
    case Section::kDebug:
      return "Looking inside";
    case Section::kTest:
      return "Console tests (emboard test)";
    case Section::kGeneral:
      return "Help";
  }
  return "";
}

const OptionSpec* FindOption(std::string_view name) {
  for (const OptionSpec& option : kOptions) {
    if (name == option.name || (!option.alias.empty() && name == option.alias)) return &option;
  }
  return nullptr;
}

}  // namespace emboard
