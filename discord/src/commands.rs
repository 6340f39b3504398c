//! The commands that Discord offers for the shop, in every language that it speaks. All of them are replaced at once, so
//! registering again changes nothing. Pure.
//!
//! Who may use what is checked by the shop; what Discord hides from whom is a courtesy.

use bot_core::{
    action::{Audience, CommandName},
    shop::{CommandHelp, Shop},
    suggest::{Field, Phrase},
};
use serenity::{
    builder::{CreateCommand, CreateCommandOption},
    model::{
        Permissions,
        application::{CommandOptionType, CommandType, InstallationContext, InteractionContext},
    },
};

use crate::markdown::cut;

pub(crate) const BUY: &str = "buy";
pub(crate) const MENU: &str = "menu";
/// Fields.
pub(crate) const SERVICE: &str = "service";
pub(crate) const COUNTRY: &str = "country";
const PERSON: &str = "user";
const AMOUNT: &str = "amount";
const ROLE: &str = "role";
const ORDER: &str = "order";
const CODE: &str = "code";
const DEPOSIT: &str = "deposit";
const WANTED: &str = "what";
const ACTION: &str = "action";
const GUILD_ROLE: &str = "spenders";
/// The only field of more than one word.
pub(crate) const NOTE: &str = "note";

/// Characters of a description, and of a name in a person's menu ("Application Commands").
const LONGEST_DESCRIPTION: usize = 100;
const LONGEST_NAME: usize = 32;

/// The languages Discord speaks ("Reference, Locales").
const LOCALES: [&str; 32] = [
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl",
    "no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th",
    "zh-CN", "ja", "zh-TW", "ko",
];

/// The words that commands are described with.
pub(crate) trait Words {
    /// The languages beside the default one, as two-letter codes.
    fn languages(&self) -> Vec<String>;
    fn command(&self, language: Option<&str>, name: CommandName) -> CommandHelp;
    fn phrase(&self, language: Option<&str>, phrase: Phrase) -> String;
}

impl Words for Shop {
    fn languages(&self) -> Vec<String> {
        Shop::languages(self)
    }

    fn command(&self, language: Option<&str>, name: CommandName) -> CommandHelp {
        Shop::command(self, language, name)
    }

    fn phrase(&self, language: Option<&str>, phrase: Phrase) -> String {
        Shop::phrase(self, language, phrase)
    }
}

/// Every command, and the entry in a person's menu.
pub(crate) fn commands(words: &impl Words) -> Vec<CreateCommand> {
    let locales = locales(&words.languages());
    let named = CommandName::ALL.into_iter().map(|name| {
        let command = described(&locales, name.word(), |language| {
            let help = words.command(language, name);
            (help.word, help.description)
        });
        let command = match name.audience() {
            Audience::Customer => command,
            Audience::Staff(_) => for_admins(command),
        };
        command.set_options(fields(words, &locales, name))
    });
    let menu = described(&locales, MENU, |language| {
        (words.phrase(language, Phrase::MenuName), words.phrase(language, Phrase::Menu))
    });
    named.chain([menu, top_up_entry(words, &locales)]).collect()
}

/// A command with its name and description in every language. What it is called here stays its name for the program.
fn described(
    locales: &[&'static str],
    name: &str,
    text: impl Fn(Option<&str>) -> (String, String),
) -> CreateCommand {
    let command = CreateCommand::new(name).description(short(&text(None).1));
    locales.iter().fold(everywhere(command), |command, locale| {
        let (name, description) = text(Some(locale));
        command.name_localized(*locale, name).description_localized(*locale, short(&description))
    })
}

fn locales(languages: &[String]) -> Vec<&'static str> {
    let is_spoken = |locale: &&str| {
        let language = locale.split('-').next().unwrap_or_default();
        languages.iter().any(|spoken| spoken == language)
    };
    LOCALES.into_iter().filter(is_spoken).collect()
}

fn fields(
    words: &impl Words,
    locales: &[&'static str],
    name: CommandName,
) -> Vec<CreateCommandOption> {
    let field = |kind, field| {
        let text = |language| short(&words.phrase(language, Phrase::Field(field)));
        let option = CreateCommandOption::new(kind, word(field), text(None));
        locales.iter().fold(option, |option, locale| {
            let name = words.phrase(Some(locale), Phrase::FieldName(field));
            option.name_localized(*locale, name).description_localized(*locale, text(Some(locale)))
        })
    };
    let person = || field(CommandOptionType::User, Field::Person).required(true);
    let typed = |it| field(CommandOptionType::String, it).max_length(100);
    match name {
        CommandName::Buy => vec![
            typed(Field::Service).set_autocomplete(true),
            typed(Field::Country).set_autocomplete(true),
        ],
        CommandName::TopUp | CommandName::Debit => {
            vec![person(), typed(Field::Amount).required(true), typed(Field::Note)]
        }
        CommandName::CreditLine => {
            vec![person(), typed(Field::Amount).required(true)]
        }
        CommandName::Grant => vec![person(), typed(Field::Role).required(true)],
        CommandName::Customer | CommandName::Revoke => vec![person()],
        CommandName::Audit => vec![person().required(false)],
        CommandName::Voucher => vec![typed(Field::Voucher)],
        CommandName::Link => vec![typed(Field::Link)],
        CommandName::Redeem => vec![typed(Field::Code).required(true)],
        CommandName::Deposit => {
            vec![typed(Field::Amount), typed(Field::Note)]
        }
        CommandName::Approve => vec![typed(Field::Deposit).required(true), typed(Field::Amount)],
        CommandName::Find => vec![typed(Field::Wanted).required(true)],
        CommandName::Resend => vec![typed(Field::Order).required(true)],
        CommandName::Pool => vec![
            typed(Field::Pool),
            typed(Field::Amount),
            typed(Field::Note),
            field(CommandOptionType::Role, Field::Spenders),
        ],
        CommandName::Start
        | CommandName::Orders
        | CommandName::Balance
        | CommandName::Help
        | CommandName::Cancel
        | CommandName::Desk
        | CommandName::Staff
        | CommandName::Prices => vec![],
    }
}

/// As the program knows it.
fn word(field: Field) -> &'static str {
    match field {
        Field::Service => SERVICE,
        Field::Country => COUNTRY,
        Field::Person => PERSON,
        Field::Amount => AMOUNT,
        Field::Note | Field::Voucher => NOTE,
        Field::Role => ROLE,
        Field::Order => ORDER,
        Field::Wanted => WANTED,
        Field::Code | Field::Link => CODE,
        Field::Deposit => DEPOSIT,
        Field::Pool => ACTION,
        Field::Spenders => GUILD_ROLE,
    }
}

fn top_up_entry(words: &impl Words, locales: &[&'static str]) -> CreateCommand {
    let text = |language| cut(&words.phrase(language, Phrase::TopUpForm), LONGEST_NAME);
    let entry = CreateCommand::new(text(None)).kind(CommandType::User);
    locales.iter().fold(for_admins(everywhere(entry)), |entry, locale| {
        entry.name_localized(*locale, text(Some(locale)))
    })
}

/// In guilds, in the direct messages, and wherever somebody goes who installed the bot for themselves.
fn everywhere(command: CreateCommand) -> CreateCommand {
    command.integration_types(vec![InstallationContext::Guild, InstallationContext::User]).contexts(
        vec![
            InteractionContext::Guild,
            InteractionContext::BotDm,
            InteractionContext::PrivateChannel,
        ],
    )
}

fn for_admins(command: CreateCommand) -> CreateCommand {
    command.default_member_permissions(Permissions::MANAGE_GUILD)
}

/// Never empty: Discord would refuse all commands for one.
fn short(text: &str) -> String {
    if text.trim().is_empty() { "…".to_owned() } else { cut(text, LONGEST_DESCRIPTION) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Speaks German beside English.
    struct Two;

    impl Words for Two {
        fn languages(&self) -> Vec<String> {
            vec!["de".to_owned(), "es".to_owned(), "xx".to_owned()]
        }

        fn command(&self, language: Option<&str>, name: CommandName) -> CommandHelp {
            let language = language.unwrap_or("default");
            let word = format!("{}-{}", language.to_lowercase(), name.word());
            CommandHelp {
                name,
                word,
                description: format!("{language} {}", name.word().repeat(30)),
            }
        }

        fn phrase(&self, language: Option<&str>, phrase: Phrase) -> String {
            format!("{} {phrase:?}", language.unwrap_or("default"))
        }
    }

    fn sent() -> Vec<Value> {
        commands(&Two).iter().map(|command| serde_json::to_value(command).unwrap()).collect()
    }

    fn named(name: &str) -> Value {
        sent().into_iter().find(|command| command["name"] == name).unwrap()
    }

    #[test]
    fn every_command_is_offered_everywhere() {
        let commands = sent();
        let mut names: Vec<_> = commands.iter().map(|command| command["name"].clone()).collect();
        assert_eq!(names.len(), CommandName::ALL.len() + 2);
        names.dedup();
        assert_eq!(names.len(), commands.len(), "no two of one name");
        for command in &commands {
            assert_eq!(command["integration_types"], json!([0, 1]), "{command}");
            assert_eq!(command["contexts"], json!([0, 1, 2]));
        }
    }

    #[test]
    fn admins_commands_are_hidden_from_others() {
        for command in sent() {
            let name = command["name"].as_str().unwrap();
            let customers = [
                "buy", "orders", "balance", "cancel", "help", "start", "menu", "deposit", "redeem",
                "link", "pool",
            ];
            let is_for_admins = !customers.contains(&name);
            let permissions = command["default_member_permissions"].as_str();
            assert_eq!(permissions, is_for_admins.then_some("32"), "{name}");
        }
    }

    #[test]
    fn names_and_descriptions_are_localised_and_fit() {
        let buy = named("buy");
        assert_eq!(
            buy["name_localizations"],
            json!({"de": "de-buy", "es-419": "es-419-buy", "es-ES": "es-es-buy"})
        );
        assert_eq!(buy["options"][1]["name_localizations"]["de"], "de FieldName(Country)");
        assert_eq!(buy["options"][1]["description_localizations"]["de"], "de Field(Country)");
        let orders = named("orders");
        let localised = orders["description_localizations"].as_object().unwrap();
        assert_eq!(localised.keys().collect::<Vec<_>>(), ["de", "es-419", "es-ES"]);
        for text in localised.values().chain([&orders["description"]]) {
            assert!((1..=100).contains(&text.as_str().unwrap().chars().count()), "{text}");
        }
    }

    #[test]
    fn fields_are_completed_and_asked_for() {
        let buy = named("buy");
        for (field, name) in buy["options"].as_array().unwrap().iter().zip(["service", "country"]) {
            assert_eq!((&field["name"], &field["type"]), (&json!(name), &json!(3)));
            assert_eq!((&field["autocomplete"], &field["required"]), (&json!(true), &json!(false)));
        }
        let top_up = named("topup");
        let required: Vec<_> =
            top_up["options"].as_array().unwrap().iter().map(|field| &field["required"]).collect();
        assert_eq!(required, [true, true, false]);
        assert_eq!(named("default TopUpForm")["type"], 2);
    }
}
