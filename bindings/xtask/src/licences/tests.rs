use super::*;

fn dependency(name: &str, version: &str, licence: Option<&str>) -> Dependency {
    Dependency {
        name: name.to_owned(),
        version: version.to_owned(),
        licence: licence.map(str::to_owned),
        known_source: true,
        path: vec!["vremena-core".to_owned(), name.to_owned()],
    }
}

#[test]
fn one_of_a_choice_is_enough_and_all_of_a_sum_are_needed() {
    for licence in [
        "MIT",
        "MIT/Apache-2.0",
        "Apache-2.0 / MIT",
        "MIT OR GPL-3.0-only",
        "Unlicense OR MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception",
        "CDLA-Permissive-2.0",
        "MPL-2.0",
    ] {
        assert!(is_allowed(licence).unwrap(), "{licence}");
    }
    for licence in [
        "GPL-3.0-only",
        "AGPL-3.0-or-later",
        "BSL-1.0",
        "CC0-1.0",
        "Unlicense",
        "OpenSSL",
        "MIT AND GPL-2.0-only",
        "ISC AND MIT AND OpenSSL",
        "(GPL-2.0-only OR MIT) AND LGPL-2.1-only",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "LicenseRef-ours",
    ] {
        assert!(!is_allowed(licence).unwrap(), "{licence}");
    }
    for licence in ["", "MIT OR", "ask the author"] {
        assert!(is_allowed(licence).is_err(), "{licence}");
    }
}

#[test]
fn the_list_itself_is_of_known_licences() {
    for licence in ALLOWED {
        assert!(is_allowed(licence).unwrap(), "{licence}");
    }
}

#[test]
fn a_fault_names_the_path_that_pulls_the_crate_in() {
    assert_eq!(faults(&dependency("good", "1.0.0", Some("MIT"))), Vec::<String>::new());
    assert_eq!(
        faults(&dependency("copied", "2.0.0", Some("GPL-3.0-only"))),
        ["copied 2.0.0: its licence GPL-3.0-only is not on the list (vremena-core -> copied)"]
    );
    assert_eq!(faults(&dependency("bare", "0.1.0", None)), ["bare 0.1.0: it names no licence (vremena-core -> bare)"]);
}

#[test]
fn bans_and_sources_count_whatever_the_licence() {
    let banned = faults(&dependency("openssl-sys", "0.9.0", Some("MIT")));
    assert_eq!(banned, ["openssl-sys 0.9.0: it is banned (vremena-core -> openssl-sys)"]);
    let elsewhere = Dependency { known_source: false, ..dependency("fork", "1.0.0", Some("MIT")) };
    assert_eq!(faults(&elsewhere).len(), 1);
    let all_wrong = Dependency { known_source: false, ..dependency("native-tls", "1.0.0", None) };
    assert_eq!(faults(&all_wrong).len(), 3);
}

#[test]
fn several_versions_are_told() {
    let crates = [
        dependency("one", "1.0.0", Some("MIT")),
        dependency("two", "1.0.0", Some("MIT")),
        dependency("two", "2.0.0", Some("MIT")),
    ];
    assert_eq!(duplicates(&crates), ["two 1.0.0 and 2.0.0"]);
}

#[test]
fn what_only_tests_use_is_left_out_and_paths_are_the_shortest() {
    let metadata = MetadataCommand::parse(include_str!("metadata.json")).unwrap();
    let found: Vec<_> = dependencies(&metadata)
        .unwrap()
        .into_iter()
        .map(|one| (one.name, one.known_source, one.path.join(" -> ")))
        .collect();
    let expected = [
        ("deep", false, "ours -> near -> deep"),
        ("helper", true, "ours -> helper"),
        ("near", true, "ours -> near"),
        ("ours", true, "ours"),
    ];
    assert_eq!(found, expected.map(|(name, known, path)| (name.to_owned(), known, path.to_owned())));
}
