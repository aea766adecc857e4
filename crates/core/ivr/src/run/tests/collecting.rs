use expect_test::expect;

use super::{HEAD, check};

const READ_BACK: &str = "read_back = \"您输入的是{digits}，正确请按1。\"";

fn collect(more: &str) -> String {
    format!(
        "{HEAD}
[nodes.a]
do = \"answer\"
next = \"c\"
[nodes.c]
do = \"collect\"
prompt = \"请输入。\"
into = \"order\"
min = 2
max = 4
wrong = \"位数不对。\"
attempts = 2
next = \"m\"
otherwise = \"bye\"
{more}
[nodes.m]
do = \"branch\"
cases = [{{ variable = \"order\", is = [\"12\", \"1234\"], then = \"known\" }}]
otherwise = \"bye\"
[nodes.known]
do = \"menu\"
prompt = \"请选择。\"
keys = {{ 1 = \"bye\", \"#\" = \"repeat\" }}
otherwise = \"bye\"
[nodes.bye]
do = \"hangup\"
prompt = \"再见。\"
"
    )
}

#[test]
fn digits_end_by_their_terminator() {
    let call = check(
        &collect(""),
        &["answered", "keys 12#"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [c]
                play 1: 请输入。
                until 600s
            keys 12#
                stop 1
                [m]
                case 1: variable order is 12 or 1234
                [known]
                play 2: 请选择。
                until 600s
        "#]],
    );
    assert_eq!(call.run.variables().values().map(|value| &**value).collect::<Vec<_>>(), ["12"]);
}

#[test]
fn digits_end_by_silence_if_they_are_enough() {
    check(
        &collect(""),
        &["answered", "played", "keys 12", "wait"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [c]
                play 1: 请输入。
                until 600s
            played
                until 5s
            keys 12
                until 4s
            wait
                [m]
                case 1: variable order is 12 or 1234
                [known]
                play 2: 请选择。
                until 600s
        "#]],
    );
    let silent = ["answered", "played", "wait", "keys 1", "wait", "played"];
    check(
        &collect(""),
        &silent,
        &expect![[r#"
            call
                [a]
                answer
            answered
                [c]
                play 1: 请输入。
                until 600s
            played
                until 5s
            wait
                play 2: 请输入。
                until 600s
            keys 1
                stop 2
                until 4s
            wait
                [bye]
                play 3: 再见。, keys kept
                until 600s
            played
                hang up: flow_ended
        "#]],
    );
}

#[test]
fn a_terminator_after_the_last_digit_is_not_meant_for_the_next_menu() {
    check(
        &collect(""),
        &["answered", "keys 1234", "keys #", "keys #"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [c]
                play 1: 请输入。
                until 600s
            keys 1234
                stop 1
                [m]
                case 1: variable order is 12 or 1234
                [known]
                play 2: 请选择。
                until 600s
            keys #
                until 600s
            keys #
                stop 2
                play 3: 请选择。
                until 600s
        "#]],
    );
}

#[test]
fn digits_are_read_back_and_confirmed_by_one() {
    let text = collect(READ_BACK);
    check(
        &text,
        &["answered", "keys 13#", "keys 2", "keys 12#", "played", "keys 1"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [c]
                play 1: 请输入。
                until 600s
            keys 13#
                stop 1
                play 2: 您输入的是 | 幺 | 三 | 正确请按1。
                until 600s
            keys 2
                stop 2
                play 3: 请输入。
                until 600s
            keys 12#
                stop 3
                play 4: 您输入的是 | 幺 | 二 | 正确请按1。
                until 600s
            played
                until 5s
            keys 1
                [m]
                case 1: variable order is 12 or 1234
                [known]
                play 5: 请选择。
                until 600s
        "#]],
    );
    check(
        &text,
        &["answered", "keys 12#1"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [c]
                play 1: 请输入。
                until 600s
            keys 12#1
                stop 1
                play 2: 您输入的是 | 幺 | 二 | 正确请按1。
                stop 2
                [m]
                case 1: variable order is 12 or 1234
                [known]
                play 3: 请选择。
                until 600s
        "#]],
    );
    check(
        &text,
        &["answered", "keys 12#", "played", "wait", "keys 12#", "played", "wait"],
        &expect![[r#"
            call
                [a]
                answer
            answered
                [c]
                play 1: 请输入。
                until 600s
            keys 12#
                stop 1
                play 2: 您输入的是 | 幺 | 二 | 正确请按1。
                until 600s
            played
                until 5s
            wait
                play 3: 请输入。
                until 600s
            keys 12#
                stop 3
                play 4: 您输入的是 | 幺 | 二 | 正确请按1。
                until 600s
            played
                until 5s
            wait
                [bye]
                play 5: 再见。, keys kept
                until 600s
        "#]],
    );
}
