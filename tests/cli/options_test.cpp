// From arguments to Options.

#include <gtest/gtest.h>

#include "native-backend/cli/option_table.h"
#include "native-backend/cli/parse.h"

namespace emboard {
namespace {

Options Parse(std::vector<std::string> arguments) {
  Result<Options> options = ParseCommandLine(arguments);
  EXPECT_TRUE(options.ok()) << (options.ok() ? "" : options.error().message);
  return options.ok() ? std::move(options).value() : Options{};
}

std::string ErrorOf(std::vector<std::string> arguments) {
  const Result<Options> options = ParseCommandLine(arguments);
  return options.ok() ? "" : options.error().message;
}

TEST(OptionTable, NamesAreUniqueAndExplained) {
  std::vector<std::string_view> names;
  for (const OptionSpec& option : AllOptions()) {
    names.push_back(option.name);
    if (!option.alias.empty()) names.push_back(option.alias);
    EXPECT_FALSE(option.help.empty()) << option.name;
    EXPECT_NE(option.apply, nullptr) << option.name;
    for (const GroupKey& key : option.keys) EXPECT_FALSE(key.help.empty()) << option.name << " " << key.name;
  }
  for (const MissingOption& missing : MissingOptions()) names.push_back(missing.name);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(CommandLine, TakesWhatAQemuUserTypes) {
  const Options options = Parse({"-M",         "virt",
                                 "-m",         "1G",
                                 "-smp",       "cpus=4",
                                 "-nographic", "-no-reboot",
                                 "-kernel",    "Image",
                                 "-append",    "console=ttyS0 root=/dev/vda",
                                 "-drive",     "file=d.img,format=raw,id=hd0,if=none",
                                 "-device",    "virtio-blk-device,drive=hd0",
                                 "-icount",    "shift=3",
                                 "-d",         "int,mmu",
                                 "-D",         "log"});
  EXPECT_EQ(options.board, "virt");
  EXPECT_EQ(options.ram_bytes, u64{1} << 30);
  EXPECT_EQ(options.smp, 4u);
  EXPECT_TRUE(options.no_reboot);
  EXPECT_EQ(options.append, "console=ttyS0 root=/dev/vda");
  ASSERT_EQ(options.drives.size(), 1u);
  EXPECT_EQ(options.drives[0].interface, DriveInterface::kNone);
  ASSERT_EQ(options.devices.size(), 1u);
  EXPECT_EQ(options.devices[0].properties[0].second, "hd0");
  EXPECT_EQ(options.icount_shift, 3u);
  EXPECT_EQ(options.log_mask, static_cast<u32>(LogItem::kInt) | static_cast<u32>(LogItem::kMmu));
}

TEST(CommandLine, TakesOneDashOrTwo) {
  EXPECT_EQ(Parse({"--kernel=Image"}).kernel, "Image");
  EXPECT_EQ(Parse({"--kernel", "Image"}).kernel, "Image");
  EXPECT_EQ(Parse({"-append", "-x"}).append, "-x") << "a value may begin with a dash";
}

TEST(CommandLine, NamesTheNearestOption) {
  EXPECT_EQ(ErrorOf({"-kernal", "x"}), "unknown option '-kernal'; did you mean '-kernel'?");
  EXPECT_EQ(ErrorOf({"--snapshto-at", "x"}), "unknown option '--snapshto-at'; did you mean '-snapshot-at'?");
  EXPECT_NE(ErrorOf({"-hda", "x"}).find("-drive file=FILE,if=virtio"), std::string::npos);
}

TEST(CommandLine, RefusesWhatIsWrong) {
  const std::vector<std::vector<std::string>> wrong{{"Image"},
                                                    {"-"},
                                                    {"-kernel"},
                                                    {"--help=x"},
                                                    {"-M", "vrt"},
                                                    {"-m", "0"},
                                                    {"-smp", "0"},
                                                    {"-smp", "99999999999999999999"},
                                                    {"-smp", "4,cores=3"},
                                                    {"-smp", "2,maxcpus=4"},
                                                    {"-accel", "kvm"},
                                                    {"-display", "gtk"},
                                                    {"-drive", "if=virtio"},
                                                    {"-drive", "file=a,format=qcow2"},
                                                    {"-drive", "file=a,if=ide"},
                                                    {"-drive", "file=a,unit=0"},
                                                    {"-drive", "file=a,if=pflash,unit=1"},
                                                    {"-drive", "file=a,id=x", "-drive", "file=b,id=x"},
                                                    {"-device", "no-such-device"},
                                                    {"-device", "drive=x"},
                                                    {"-serial", "tcp:1"},
                                                    {"-serial", "file:"},
                                                    {"-icount", "11"},
                                                    {"-icount", "auto"},
                                                    {"-icount", "sleep=off"},
                                                    {"-icount", "1,sleep=on"},
                                                    {"-d", "nothing"},
                                                    {"-snapshot-at", "5"},
                                                    {"-expect", "outside a test"},
                                                    {"test", "-expect", "("},
                                                    {"test", "-expect-exit", "256"},
                                                    {"test", "-send", "\\q"},
                                                    {"test", "-timeout", "soon"},
                                                    {"test", "-script", "/no/such/file"},
                                                    {"-docs", "extra"}};
  for (const auto& arguments : wrong) {
    const std::string message = ErrorOf(arguments);
    EXPECT_FALSE(message.empty()) << arguments.front() << " " << arguments.back();
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(CommandLine, HelpAsAValueAsksForAList) {
  EXPECT_NE(Parse({"-cpu", "help"}).listing, nullptr);
  EXPECT_EQ(Parse({"-device", "virtio-blk-device,help"}).listing_subject, "virtio-blk-device");
  EXPECT_EQ(Parse({"-kernel", "help"}).listing, nullptr) << "a file may have that name";
}

TEST(CommandLine, TestStepsKeepTheirOrder) {
  const Options options =
      Parse({"test", "--expect", "a", "--timeout", "5", "--send", "b\\r", "--expect-exit", "3"});
  ASSERT_EQ(options.test.steps.size(), 3u);
  EXPECT_EQ(options.test.steps[0].timeout_s, 60);
  EXPECT_EQ(options.test.steps[1].text, "b\r");
  EXPECT_EQ(options.test.steps[2].status, 3);
  EXPECT_EQ(options.test.steps[2].timeout_s, 5);
}

}  // namespace
}  // namespace emboard
