//! The house's own rules, read off the repository: who may depend on whom, how long a file may be, and that what
//! ARCHITECTURE.md names is there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// Lines that a source file may have, without the tests at its end.
const LONGEST_FILE: usize = 400;

/// Files that may be longer, and why.
const LONGER_FILES: &[(&str, &str)] = &[(
    "sandbox/src/upstream/server.rs",
    "one server for all emulated providers: accepting, faults and the request book belong together",
)];

/// What only an adapter, the program or an emulator may name.
const PLATFORM_WORDS: [&str; 4] = ["telegram", "discord", "teloxide", "serenity"];

/// Files of `bot-core` that may name a platform, and why.
const PLATFORMS_NAMED: &[(&str, &str)] =
    &[("bot-core/src/search/alias.rs", "numbers for these services are sold")];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What cargo knows of the packages, for this machine's platform.
struct Packages(Value);

impl Packages {
    fn read() -> Self {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let version = text(Command::new(rustc).arg("-vV"));
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        let mut metadata = Command::new(env!("CARGO"));
        metadata.args(["metadata", "--format-version", "1", "--locked", "--filter-platform", host]);
        Self(serde_json::from_str(&text(metadata.current_dir(root()))).unwrap())
    }

    /// Name and version of everything that goes into `package`, itself included: development dependencies do not.
    fn behind(&self, package: &str) -> BTreeSet<(&str, &str)> {
        let packages = self.0["packages"].as_array().unwrap();
        let names: BTreeMap<&str, (&str, &str)> = packages
            .iter()
            .map(|it| (word(&it["id"]), (word(&it["name"]), word(&it["version"]))))
            .collect();
        let nodes = self.0["resolve"]["nodes"].as_array().unwrap();
        let nodes: BTreeMap<&str, &Value> =
            nodes.iter().map(|node| (word(&node["id"]), node)).collect();
        let is_it = |id: &str| names[id].0 == package;
        let mut open: Vec<&str> = nodes.keys().copied().filter(|id| is_it(id)).collect();
        assert_eq!(open.len(), 1, "{package} is one package");
        let mut seen = BTreeSet::new();
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                let dependencies = nodes[id]["deps"].as_array().unwrap();
                open.extend(
                    dependencies.iter().filter(|it| goes_in(it)).map(|it| word(&it["pkg"])),
                );
            }
        }
        seen.into_iter().map(|id| names[id]).collect()
    }

    fn is_behind(&self, package: &str, dependency: &str) -> bool {
        self.behind(package).iter().any(|(name, _)| *name == dependency)
    }
}

/// Normal and build dependencies go into a program.
fn goes_in(dependency: &Value) -> bool {
    dependency["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"] != "dev")
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn text(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Every file below `folder` that ends like this, as paths from the root.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let from_root = path.strip_prefix(root()).unwrap();
            let is_hidden = |part: &Path| part.to_string_lossy().starts_with('.');
            if is_hidden(from_root) || from_root == Path::new("target") {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(from_root.to_owned());
            }
        }
    }
    assert!(!found.is_empty(), "no {ending} below {folder:?}");
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn is_test_file(path: &Path) -> bool {
    let is_test = |part: &std::ffi::OsStr| part == "tests" || part == "tests.rs";
    path.iter().any(is_test)
}

/// A file's lines up to the tests at its end.
fn without_tests(source: &str) -> Vec<&str> {
    let lines: Vec<&str> = source.lines().collect();
    let is_start = |two: &[&str]| {
        two[0] == "#[cfg(test)]" && two[1].starts_with("mod ") && two[1].ends_with('{')
    };
    let end = lines.windows(2).position(is_start).unwrap_or(lines.len());
    lines[..end].to_vec()
}

/// Whether `path` is excepted; the reasons are for people.
fn is_excepted(exceptions: &[(&str, &str)], path: &Path) -> bool {
    exceptions.iter().any(|(excepted, _)| Path::new(excepted) == path)
}

#[test]
fn the_shop_depends_on_no_adapter_and_no_emulator() {
    let packages = Packages::read();
    assert!(packages.is_behind("bot-core", "sqlx"), "something is seen at all");
    for stranger in ["telegram", "discord", "sandbox", "numdesk", "teloxide-core", "serenity"] {
        assert!(!packages.is_behind("bot-core", stranger), "bot-core depends on {stranger}");
    }
}

#[test]
fn adapters_depend_on_the_shop_and_not_on_each_other() {
    let packages = Packages::read();
    assert!(packages.is_behind("telegram", "bot-core"));
    for (adapter, other) in [("telegram", "discord"), ("discord", "telegram")] {
        assert!(!packages.is_behind(adapter, other), "{adapter} depends on {other}");
        assert!(!packages.is_behind(adapter, "sandbox"), "{adapter} depends on an emulator");
    }
}

#[test]
fn the_sandbox_does_not_know_the_shop() {
    let packages = Packages::read();
    for stranger in ["bot-core", "telegram", "discord", "numdesk"] {
        assert!(!packages.is_behind("sandbox", stranger), "sandbox depends on {stranger}");
    }
}

/// Read off the tree, since `cargo metadata` counts what only tests switch on in a library as if the program did, too.
#[test]
fn the_program_has_one_of_each_network_library() {
    let mut tree = Command::new(env!("CARGO"));
    tree.args(["tree", "--package", "numdesk", "--edges", "normal,build", "--prefix", "none"]);
    let tree = text(tree.args(["--locked", "--format", "{p}"]).current_dir(root()));
    for library in ["reqwest", "hyper", "rustls", "h2", "http", "tokio"] {
        let is_it = |line: &&str| line.split(' ').next() == Some(library);
        let versions: BTreeSet<&str> =
            tree.lines().map(|line| line.trim_end_matches(" (*)")).filter(is_it).collect();
        assert_eq!(versions.len(), 1, "{versions:?}");
    }
}

/// The campaign's own way into the shop is for builds that the campaign is part of.
#[test]
fn the_program_holds_nothing_of_a_simulation() {
    let features = |packages: &[&str]| {
        let mut tree = Command::new(env!("CARGO"));
        tree.args(["tree", "--locked", "--edges", "no-dev", "--prefix", "none"]);
        text(tree.args(["--format", "{p} {f}"]).args(packages).current_dir(root()))
    };
    let holds = |tree: &str, name: &str, feature: &str| {
        tree.lines().any(|line| line.starts_with(name) && line.contains(feature))
    };
    let program = features(&["--package", "numdesk"]);
    assert!(holds(&program, "bot-core v", ""), "{program}");
    assert!(!holds(&program, "bot-core v", "simulation"));
    assert!(!holds(&program, "bot-core v", "seeded-bugs"));
    assert!(!holds(&program, "tokio v", "test-util"));
    assert!(holds(&features(&["--package", "campaign"]), "bot-core v", "simulation"));
}

#[test]
fn the_shop_names_no_chat_platform() {
    let named = |line: &str| {
        let code = if line.trim_start().starts_with("//") { "" } else { line };
        let code = code.split(" //").next().unwrap_or_default().to_lowercase();
        PLATFORM_WORDS.iter().any(|word| code.contains(word))
    };
    let mut excepted = 0;
    for path in files("bot-core/src", ".rs").into_iter().filter(|path| !is_test_file(path)) {
        let source = read(&path);
        let names = without_tests(&source).into_iter().find(|line| named(line));
        if is_excepted(PLATFORMS_NAMED, &path) {
            excepted += 1;
            assert!(names.is_some(), "{} needs no exception", path.display());
        } else {
            assert_eq!(names, None, "{}", path.display());
        }
    }
    assert_eq!(excepted, PLATFORMS_NAMED.len(), "every exception is a file");
}

/// What a customer may type stands in `<code>`, and Telegram is also a service that numbers are sold for.
#[test]
fn the_shops_words_fit_every_chat_platform() {
    for path in files("bot-core/locales", ".ftl") {
        for line in read(&path).lines() {
            let mut said = String::new();
            for (at, part) in line.split("<code>").enumerate() {
                let outside = if at == 0 { Some(part) } else { part.split("</code>").nth(1) };
                said.push_str(outside.unwrap_or_default());
            }
            let said = said.to_lowercase();
            let named = PLATFORM_WORDS.iter().find(|word| said.contains(**word));
            assert_eq!(named, None, "{}: {line}", path.display());
        }
    }
}

#[test]
fn source_files_are_short() {
    let members = [
        "src",
        "bot-core/src",
        "telegram/src",
        "discord/src",
        "sandbox/src",
        "campaign/src",
        "xtask/src",
    ];
    let mut excepted = 0;
    for path in members.iter().flat_map(|folder| files(folder, ".rs")) {
        if is_test_file(&path) {
            continue;
        }
        let length = without_tests(&read(&path)).len();
        if is_excepted(LONGER_FILES, &path) {
            excepted += 1;
            assert!(length > LONGEST_FILE, "{} needs no exception", path.display());
        } else {
            assert!(length <= LONGEST_FILE, "{} has {length} lines", path.display());
        }
    }
    assert_eq!(excepted, LONGER_FILES.len(), "every exception is a file");
}

#[test]
fn migrations_are_numbered_without_gaps() {
    let found = files("migrations", ".sql");
    for (number, path) in (1..).zip(&found) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let what =
            name.strip_prefix(&format!("{number:04}_")).and_then(|it| it.strip_suffix(".sql"));
        let is_word = |what: &str| {
            !what.is_empty() && what.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        assert!(what.is_some_and(is_word), "{name} is not {number:04}_what.sql");
    }
    let embedded = bot_core::store::MIGRATIONS.iter().map(|migration| migration.version);
    assert_eq!(embedded.collect::<Vec<_>>(), (1_i64..).take(found.len()).collect::<Vec<_>>());
}

/// The names of all tests; the functions of the provider contract are tests of every provider.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for path in files("", ".rs") {
        let is_contract = path.starts_with("bot-core/src/upstream/contract");
        let mut is_test = false;
        for line in read(&path).lines() {
            let line = line.trim_start();
            is_test |= line == "#[test]"
                || line.starts_with("#[tokio::test")
                || line.starts_with("#[apply(on_each_platform");
            let Some((_, rest)) = line.split_once("fn ") else { continue };
            let name = rest.split(['(', '<']).next().unwrap_or_default();
            if !line.starts_with("//") && (std::mem::take(&mut is_test) || is_contract) {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

/// The words in backticks that look like a function: `a_thing_is_so` or `some::path::a_thing_is_so`.
fn function_names(text: &str) -> Vec<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let names = quoted.filter_map(|quoted| quoted.rsplit("::").next());
    let is_function = |name: &&str| {
        name.contains('_')
            && name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_')
    };
    names.filter(is_function).collect()
}

/// The items of the numbered list in `page`'s section of this title, each as one text.
fn items(page: &str, title: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    let section = page.lines().skip_while(|line| *line != format!("## {title}")).skip(1);
    for line in section.take_while(|line| !line.starts_with("## ")) {
        let is_new = line.split_once(". ").is_some_and(|(number, _)| number.parse::<u32>().is_ok());
        if is_new {
            items.push(String::new());
        }
        if let Some(item) = items.last_mut() {
            item.push_str(line);
            item.push('\n');
        }
    }
    items
}

#[test]
fn every_invariant_names_tests_that_exist() {
    let tests = tests();
    let invariants = items(&read(Path::new("ARCHITECTURE.md")), "Invariants");
    assert!(invariants.len() >= 12, "{}", invariants.len());
    for invariant in invariants {
        let names = function_names(&invariant);
        let missing: Vec<_> = names.into_iter().filter(|name| !tests.contains(*name)).collect();
        assert!(missing.is_empty(), "there is no test {missing:?}: {invariant}");
    }
}

/// `numdesk providers` writes the table; paste it when this fails.
#[test]
fn the_readme_shows_what_every_provider_can_do() {
    let printed = text(Command::new(env!("CARGO_BIN_EXE_numdesk")).arg("providers"));
    let readme = read(Path::new("README.md"));
    let (_, rest) = readme.split_once("<!-- providers -->\n").unwrap();
    let (shown, _) = rest.split_once("<!-- /providers -->").unwrap();
    assert_eq!(shown, printed);
}

#[test]
fn no_test_is_ignored() {
    // Put together here, so that this line is none.
    let ignored = ["#[", "ignore"].concat();
    for path in files("", ".rs") {
        let found = read(&path).lines().any(|line| line.trim_start().starts_with(&ignored));
        assert!(!found, "{} ignores a test", path.display());
    }
}

#[test]
fn invariants_and_names_are_found_in_a_page() {
    let page = "# A\n## Invariants\nHeld.\n\n1. Money in `Money`.\n   `x::y::it_holds`,\n   `it_stays`\n2. No name `UNIQUE (a_b)`.\n## B\n3. `not_here`\n";
    let items = items(page, "Invariants");
    assert_eq!(items.len(), 2);
    assert_eq!(function_names(&items[0]), ["it_holds", "it_stays"]);
    assert_eq!(function_names(&items[1]), [""; 0]);
    assert!(tests().contains("invariants_and_names_are_found_in_a_page"));
    assert!(tests().contains("any_history_agrees_with_the_model"), "also inside proptest!");
    assert!(!tests().contains("without_tests"));
}
