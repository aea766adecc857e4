//! What a new password must be.

use bell_access::{PASSWORD_LEN_MAX, Policy, weaknesses};
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

fn found(password: &str) -> String {
    let personal = ["wang.fang", "王芳", "13800138000", "Sunny Shop"];
    let found = weaknesses(password, &personal, &Policy::for_tests());
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

#[test]
fn sec_07_good_passwords() {
    let good = ["Tm9#vrkq", "gR7!pZ2w", "Correct-Horse7-Battery", "月亮Rk4!升起qw7", "aB3 dE5 gH7", "X9$kQ2&mV4"];
    for password in good {
        assert_eq!(found(password), "", "{password}");
    }
}

#[test]
fn sec_07_eight_characters_of_four_classes() {
    let cases = [
        ("Tm9#vrk", "it has 7 characters and needs 8"),
        ("tm9#vrkq", "it has no capital letter"),
        ("TM9#VRKQ", "it has no small letter"),
        ("Tmx#vrkq", "it has no digit"),
        ("Tm9xvrkq", "it has no sign besides letters and digits"),
    ];
    for (password, expected) in cases {
        assert_eq!(found(password), expected, "{password}");
    }
    let nothing = "it has 0 characters and needs 8; it has no capital letter; it has no small letter; it has no digit; \
                   it has no sign besides letters and digits";
    assert_eq!(found(""), nothing);
    let long = format!("Tm9#{}", "vk".repeat(PASSWORD_LEN_MAX));
    assert_eq!(found(&long), "it has more than 128 characters");
}

#[test]
fn sec_07_what_everybody_tries_first() {
    let cases = [
        ("Password1!", "password1!", 2),
        ("P@ssw0rd2026", "p@ssw0rd, 2026", 4),
        ("Admin@123", "admin, 123", 5),
        ("Qwerty123!", "qwerty123", 3),
        ("1qaz@WSX", "1qaz@wsx", 2),
        ("Abcd1234!", "abcd1234", 3),
        ("Aaaa1111!!!!", "aaaa1111, !!!!", 4),
        ("Woaini520!", "woaini520", 3),
        ("Zhongguo2008!", "zhongguo, 2008", 5),
        ("Summer#Winter9", "summer, winter", 6),
    ];
    for (password, pieces, counts) in cases {
        let expected =
            format!("everybody tries {pieces} first: without that it counts as {counts} characters and needs 8");
        assert_eq!(found(password), expected, "{password}");
    }
}

#[test]
fn sec_07_nothing_that_others_know_about_the_owner() {
    let cases = [
        ("Xk#9Fang27qz", "fang"),
        ("Kq7#13800138000v", "13800138000"),
        ("$unny-Xq47rk", "sunny"),
        ("王芳Rk4!升qw7", "王芳"),
    ];
    for (password, word) in cases {
        assert!(found(password).contains(&format!("it contains {word:?}")), "{password}: {}", found(password));
    }
}

#[test]
fn the_length_is_a_policy() {
    let strict = Policy { password_length_min: 14, ..Policy::for_tests() };
    assert!(!weaknesses("X9$kQ2&mV4", &[], &strict).is_empty());
    assert!(weaknesses("X9$kQ2&mV4p!Z7", &[], &strict).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is typed, checking it ends and a good password is long and mixed.
    #[test]
    fn a_password_without_weakness_is_long_and_mixed(password in "\\PC{0,40}") {
        if weaknesses(&password, &[], &Policy::for_tests()).is_empty() {
            prop_assert!(password.chars().count() >= 8);
            prop_assert!(password.chars().any(char::is_uppercase) && password.chars().any(char::is_lowercase));
            prop_assert!(password.chars().any(|c| c.is_ascii_digit()));
        }
    }

    /// A common word dressed up is still a common word.
    #[test]
    fn a_common_word_with_a_digit_and_a_sign_is_refused(digit in 0..10, sign in "[!#@*?]", front in proptest::bool::ANY) {
        for word in ["Password", "Dragon", "Huawei", "Welcome", "Kefu", "Zhangwei"] {
            let dressed = if front { format!("{sign}{digit}{word}") } else { format!("{word}{digit}{sign}") };
            let weak = weaknesses(&dressed, &[], &Policy::for_tests());
            prop_assert_eq!(weak.is_empty(), false, "{}", dressed);
        }
    }
}
