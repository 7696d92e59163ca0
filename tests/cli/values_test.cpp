// Numbers, groups, words and suggestions of the command line.

#include <gtest/gtest.h>

#include <cstdlib>

#include "native-backend/cli/groups.h"
#include "native-backend/cli/numbers.h"
#include "native-backend/cli/suggest.h"
#include "native-backend/cli/text.h"

namespace emboard {
namespace {

u64 SizeOf(std::string_view text) { return ParseSize("-m", text, u64{1} << 20).value(); }

TEST(Sizes, FollowQemusRules) {
  EXPECT_EQ(SizeOf("128"), u64{128} << 20);
  EXPECT_EQ(SizeOf("1g"), u64{1} << 30);
  EXPECT_EQ(SizeOf("1.5G"), u64{3} << 29);
  EXPECT_EQ(SizeOf("65536K"), u64{64} << 20);
  EXPECT_EQ(SizeOf("2T"), u64{2} << 40);
  EXPECT_EQ(SizeOf("4096B"), 4096u);
  EXPECT_EQ(SizeOf("9007199254740993B"), 9007199254740993u) << "2^53 + 1 must not go through a double";
}

TEST(Sizes, RefuseNonsense) {
  for (const char* text :
       {"", "x", "-1", "1X", "1GG", "1 G", "G", ".5G", "16E", "99999999999999999999", "nan", "inf", "1e3"}) {
    EXPECT_FALSE(ParseSize("-m", text, u64{1} << 20).ok()) << text;
  }
}

TEST(Numbers, AreDecimalOrHexadecimal) {
  EXPECT_EQ(ParseNumber("-x", "42").value(), 42u);
  EXPECT_EQ(ParseNumber("-x", "0xFFffFFffFFffFFff").value(), ~u64{0});
  for (const char* text : {"", "0x", "1k", "-1", "+1", " 1", "18446744073709551616"}) {
    EXPECT_FALSE(ParseNumber("-x", text).ok()) << text;
  }
}

TEST(Numbers, SecondsHaveDecimals) {
  EXPECT_DOUBLE_EQ(ParseSeconds("-timeout", "1.5").value(), 1.5);
  for (const char* text : {"", "-1", "nan", "inf", "1s", "1e300"})
    EXPECT_FALSE(ParseSeconds("-timeout", text).ok()) << text;
}

TEST(Groups, SplitAtCommas) {
  const OptionGroup expected{{"file", "a,b"}, {"if", "none"}, {"readonly", "on"}};
  EXPECT_EQ(ParseGroup("-drive", "file=a,,b,if=none,readonly", "file").value(), expected);
  EXPECT_EQ(ParseGroup("-drive", "a,,b,if=none,readonly", "file").value(), expected)
      << "the first item's key is implied";
}

TEST(Groups, ValuesMayHoldEqualSigns) {
  EXPECT_EQ(ParseGroup("-device", "t,a=b=c", "driver").value()[1].second, "b=c");
}

TEST(Groups, RefuseEmptyItems) {
  for (const char* text : {"", "a,", "=x", "a,=x"})
    EXPECT_FALSE(ParseGroup("-drive", text, "file").ok()) << text;
}

TEST(Groups, UnknownKeysNameTheNearest) {
  constexpr GroupKey kKeys[] = {{"file", "", ""}, {"format", "", ""}};
  const Result<void> checked = CheckKeys("-drive", {{"fomat", "raw"}}, kKeys);
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().message, "-drive has no key 'fomat'; did you mean 'format'?");
  EXPECT_FALSE(CheckKeys("-drive", {{"file", "a"}, {"file", "b"}}, kKeys).ok());
}

TEST(Suggestions, CountEdits) {
  EXPECT_EQ(EditDistance("kernel", "kernel"), 0u);
  EXPECT_EQ(EditDistance("kernal", "kernel"), 1u);
  EXPECT_EQ(EditDistance("kenrel", "kernel"), 1u) << "a swap is one slip";
  EXPECT_EQ(EditDistance("", "abc"), 3u);
  EXPECT_EQ(EditDistance("flaw", "lawn"), 2u);
}

TEST(Suggestions, SayWhetherItIsNear) {
  constexpr std::string_view kKnown[] = {"kernel", "initrd"};
  EXPECT_EQ(Suggestion("kernl", kKnown), "; did you mean 'kernel'?");
  EXPECT_EQ(Suggestion("zzzzzz", kKnown), "; the nearest known is 'kernel'");
}

TEST(Text, UnescapesWhatIsTyped) {
  EXPECT_EQ(Unescape("ls\\r\\x03\\t\\\\").value(), "ls\r\x03\t\\");
  for (const char* text : {"\\q", "\\x1", "\\xzz", "\\"}) EXPECT_FALSE(Unescape(text).ok()) << text;
}

TEST(Text, SplitsWordsAsAShellDoes) {
  setenv("EMBOARD_TEST_WORD", "some value", 1);
  const std::vector<std::string> expected{"-append", "a 'b'", "", "some value/x", "$y", "${n}"};
  EXPECT_EQ(SplitWords(R"(-append "a 'b'" '' ${EMBOARD_TEST_WORD}/x \$y '${n}')").value(), expected);
  EXPECT_FALSE(SplitWords("'open").ok());
  EXPECT_FALSE(SplitWords("${EMBOARD_NO_SUCH_VARIABLE}").ok());
  EXPECT_FALSE(SplitWords("${open").ok());
}

TEST(Text, WrapsAtSpaces) {
  const std::vector<std::string> expected{"one two", "three", "", "four"};
  EXPECT_EQ(Wrap("one two three\n\nfour", 8), expected);
}

}  // namespace
}  // namespace emboard
