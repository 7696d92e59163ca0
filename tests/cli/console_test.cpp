// What `emboard test` sees and writes, and the console's escape key.

#include <gtest/gtest.h>

#include "native-backend/cli/console_watch.h"
#include "native-backend/cli/junit.h"
#include "native-backend/host/escape.h"

namespace emboard {
namespace {

void Feed(ConsoleWatch& watch, std::string_view text) {
  watch.Feed({reinterpret_cast<const u8*>(text.data()), text.size()});
}

TEST(ConsoleWatch, FindsInOrder) {
  ConsoleWatch watch;
  Feed(watch, "one two\r\nthree\r\n");
  EXPECT_TRUE(watch.Find(std::regex("two")));
  EXPECT_FALSE(watch.Find(std::regex("one"))) << "it came before the last match";
  ConsoleWatch same_line;
  Feed(same_line, "aa");
  EXPECT_TRUE(same_line.Find(std::regex("a")));
  EXPECT_TRUE(same_line.Find(std::regex("a")));
  EXPECT_FALSE(same_line.Find(std::regex("a")));
}

TEST(ConsoleWatch, SeesAPromptWithoutNewline) {
  ConsoleWatch watch;
  Feed(watch, "boot\r\nlog");
  EXPECT_FALSE(watch.Find(std::regex("login: $")));
  Feed(watch, "in: ");
  EXPECT_TRUE(watch.Find(std::regex("login: $")));
}

TEST(ConsoleWatch, AnchorsMeanTheLine) {
  ConsoleWatch watch;
  Feed(watch, "x ok\nok\n");
  EXPECT_TRUE(watch.Find(std::regex("x ")));
  EXPECT_TRUE(watch.Find(std::regex("^ok$")));
  EXPECT_FALSE(watch.Find(std::regex("^ok")));
}

TEST(ConsoleWatch, LeavesEscapeSequencesOut) {
  ConsoleWatch watch;
  Feed(watch, "\x1b[1;31mre\x1b[0md\x1b]0;title\a!\b?\n");
  EXPECT_TRUE(watch.Find(std::regex("^red\\?$")));
}

TEST(ConsoleWatch, ManyAndLongLinesStaySearchable) {
  ConsoleWatch watch;
  for (int i = 0; i < 20000; i++) Feed(watch, "line " + std::to_string(i) + "\n");
  Feed(watch, std::string(100000, 'x') + "end\n");
  EXPECT_TRUE(watch.Find(std::regex("line 19999")));
  EXPECT_TRUE(watch.Find(std::regex("end")));
  EXPECT_EQ(watch.LastLines(3).size(), 3u);
}

TEST(ConsoleWatch, EveryLineIsCheckedForForbiddenText) {
  ConsoleWatch watch;
  Feed(watch, "a\nb");
  EXPECT_EQ(watch.TakeUnchecked(), (std::vector<std::string>{"a", "b"}));
  Feed(watch, "c\nd");
  EXPECT_EQ(watch.TakeUnchecked(), (std::vector<std::string>{"bc", "d"}));
}

TEST(Junit, EscapesWhatXmlCannotHold) {
  EXPECT_EQ(XmlText("a<b>&\"\x1b[0m\xff\xc3\xa9"), "a&lt;b&gt;&amp;&quot;\\x1b[0m\\xff\xc3\xa9");
  EXPECT_EQ(XmlText("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "a surrogate is no character";
  EXPECT_EQ(XmlText("\xc0\x80"), "\\xc0\\x80") << "overlong";
  EXPECT_EQ(XmlText(std::string_view("\0", 1)), "\\x00");
}

TEST(Junit, CountsOutcomes) {
  const std::string xml = JUnitXml({"n",
                                    {{"a", StepOutcome::kPassed, 1, ""},
                                     {"b", StepOutcome::kFailed, 2, "why"},
                                     {"c", StepOutcome::kSkipped, 0, ""}},
                                    "last\n"});
  EXPECT_NE(xml.find("tests=\"3\" failures=\"1\" skipped=\"1\" time=\"3.000\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("<failure message=\"why\">last&#10;</failure>"), std::string::npos) << xml;
}

TEST(Escape, SeparatesCommandsFromTyping) {
  EscapeDecoder decoder;
  std::vector<u8> guest;
  const std::vector<u8> first{'a', 1, 'h', 'b', 1};
  EXPECT_EQ(decoder.Decode(first, guest), std::vector{EscapeCommand::kHelp});
  const std::vector<u8> second{1, 'c', 1, 'x'};  // the prefix came in the read before
  EXPECT_EQ(decoder.Decode(second, guest), std::vector{EscapeCommand::kQuit});
  EXPECT_EQ(guest, (std::vector<u8>{'a', 'b', 1, 'c'}));
}

TEST(Escape, UnknownKeysShowTheList) {
  EscapeDecoder decoder;
  std::vector<u8> guest;
  const std::vector<u8> typed{1, '?'};
  EXPECT_EQ(decoder.Decode(typed, guest), std::vector{EscapeCommand::kHelp});
  EXPECT_TRUE(guest.empty());
}

}  // namespace
}  // namespace emboard
