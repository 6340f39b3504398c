//! Discord's best-known Rust client connects, answers and writes: the emulator speaks what it reads.

use serenity::{
    all::{
        ActionRowComponent, AutocompleteChoice, Command, CommandDataOptionValue, CommandOptionType,
        Context, CreateActionRow, CreateAllowedMentions, CreateAttachment,
        CreateAutocompleteResponse, CreateButton, CreateCommand, CreateCommandOption, CreateEmbed,
        CreateInputText, CreateInteractionResponse, CreateInteractionResponseFollowup,
        CreateInteractionResponseMessage, CreateMessage, CreateModal, CreateSelectMenu,
        CreateSelectMenuKind, CreateSelectMenuOption, EditInteractionResponse, EventHandler,
        GatewayIntents, Http, HttpBuilder, InputTextStyle, InstallationContext, Interaction,
        InteractionContext, Permissions, Ready, UserId,
    },
    async_trait,
    client::ClientBuilder,
};
use tokio::task::JoinHandle;

use super::*;
use crate::discord::{Answer, InteractionKind, MessageView};

struct Shop;

fn buttons() -> Vec<CreateActionRow> {
    let option = |name: &str| CreateSelectMenuOption::new(name.to_uppercase(), name);
    let kind = CreateSelectMenuKind::String { options: vec![option("tg"), option("wa")] };
    vec![
        CreateActionRow::Buttons(vec![
            CreateButton::new("pay").label("Pay"),
            CreateButton::new("note").label("Note"),
            CreateButton::new("later").label("Later").disabled(true),
        ]),
        CreateActionRow::SelectMenu(CreateSelectMenu::new("service", kind).placeholder("Which?")),
    ]
}

fn says(text: &str) -> CreateInteractionResponse {
    let message = CreateInteractionResponseMessage::new().content(text).ephemeral(true);
    CreateInteractionResponse::Message(message)
}

#[async_trait]
impl EventHandler for Shop {
    async fn ready(&self, context: Context, _: Ready) {
        let service = CreateCommandOption::new(CommandOptionType::String, "service", "Which one")
            .required(true)
            .set_autocomplete(true);
        let buy = CreateCommand::new("buy")
            .description("Buy a number")
            .description_localized("ru", "Купить номер")
            .contexts(vec![InteractionContext::Guild, InteractionContext::BotDm])
            .integration_types(vec![InstallationContext::Guild, InstallationContext::User])
            .add_option(service);
        let slow = CreateCommand::new("slow").description("Takes its time");
        let top_up = CreateCommand::new("Top up")
            .kind(serenity::all::CommandType::User)
            .default_member_permissions(Permissions::ADMINISTRATOR);
        Command::set_global_commands(&context.http, vec![buy, slow, top_up]).await.unwrap();
    }

    async fn interaction_create(&self, context: Context, interaction: Interaction) {
        let http = &context.http;
        match interaction {
            Interaction::Command(it) if it.data.name == "buy" => {
                let CommandDataOptionValue::String(service) = &it.data.options[0].value else {
                    panic!("an option of another kind");
                };
                let embed = CreateEmbed::new().title(service.clone()).field("Price", "$1", true);
                let message = CreateInteractionResponseMessage::new()
                    .embed(embed)
                    .components(buttons())
                    .ephemeral(true)
                    .allowed_mentions(CreateAllowedMentions::new());
                it.create_response(http, CreateInteractionResponse::Message(message))
                    .await
                    .unwrap();
            }
            Interaction::Command(it) if it.data.name == "slow" => {
                it.defer_ephemeral(http).await.unwrap();
                it.edit_response(http, EditInteractionResponse::new().content("Done"))
                    .await
                    .unwrap();
                let more = CreateInteractionResponseFollowup::new()
                    .content("One more")
                    .add_file(CreateAttachment::bytes(b"QR".as_slice(), "qr.png"))
                    .ephemeral(true);
                it.create_followup(http, more).await.unwrap();
            }
            Interaction::Command(it) => {
                let target = it.data.target_id.unwrap().get();
                it.create_response(http, says(&format!("For {target}"))).await.unwrap();
            }
            Interaction::Autocomplete(it) => {
                let typed = it.data.autocomplete().unwrap().value.to_owned();
                let choice = AutocompleteChoice::new(format!("{typed}legram"), "tg");
                let choices = CreateAutocompleteResponse::new().set_choices(vec![choice]);
                let response = CreateInteractionResponse::Autocomplete(choices);
                it.create_response(http, response).await.unwrap();
            }
            Interaction::Component(it) if it.data.custom_id == "note" => {
                let input = CreateInputText::new(InputTextStyle::Short, "Your note", "text");
                let modal = CreateModal::new("note", "A note")
                    .components(vec![CreateActionRow::InputText(input)]);
                it.create_response(http, CreateInteractionResponse::Modal(modal)).await.unwrap();
            }
            Interaction::Component(it) => {
                let message = CreateInteractionResponseMessage::new()
                    .content(format!("{:?}", it.data.kind))
                    .embeds(Vec::new())
                    .components(Vec::new());
                let update = CreateInteractionResponse::UpdateMessage(message);
                it.create_response(http, update).await.unwrap();
            }
            Interaction::Modal(it) => {
                let ActionRowComponent::InputText(input) = &it.data.components[0].components[0]
                else {
                    panic!("no text");
                };
                let text = input.value.clone().unwrap();
                it.create_response(http, says(&format!("Noted: {text}"))).await.unwrap();
            }
            Interaction::Ping(_) | _ => panic!("an unexpected interaction"),
        }
    }
}

/// A bot that is connected and has registered its commands.
struct Bot(JoinHandle<()>);

impl Drop for Bot {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn http(bench: &Bench) -> Http {
    HttpBuilder::new(TOKEN)
        .proxy(bench.running.url())
        .ratelimiter_disabled(true)
        .application_id(APPLICATION.into())
        .build()
}

async fn connect(bench: &Bench) -> Bot {
    let mut client = ClientBuilder::new_with_http(http(bench), GatewayIntents::GUILDS)
        .event_handler(Shop)
        .await
        .unwrap();
    let task = tokio::spawn(async move {
        // It only ends when the test does.
        let _ = client.start().await;
    });
    let registered = |control: &Control| (control.commands(None).len() == 3).then_some(());
    bench.control.until(BOUND, registered).await.expect("the bot came up");
    Bot(task)
}

#[tokio::test]
async fn a_command_is_answered_and_its_buttons_work() {
    let bench = Bench::new().await;
    let _bot = connect(&bench).await;
    let control = &bench.control;
    let options = [("service", json!("tg"))];
    let bought = control.run_command(BORIS, CHANNEL, "/buy", &options).unwrap();
    let answered = control.answered(BOUND, bought).await.unwrap();
    assert_eq!(answered.answer, Some(Answer::Message));
    let card = control.last_message(BORIS, CHANNEL).unwrap();
    assert_eq!(card.text(), "tg\nPrice\n$1");
    assert_eq!(card.only_for, Some(BORIS));
    assert_eq!(control.messages(ANNA, CHANNEL), [], "nobody else sees it");
    let noted = control.press(BORIS, card.id, "Note").unwrap();
    control.answered(BOUND, noted).await.unwrap();
    let sent = control.submit_modal(noted, &[("Your note", "for Telegram")]).unwrap();
    control.answered(BOUND, sent).await.unwrap();
    assert_eq!(control.response(sent).unwrap().text(), "Noted: for Telegram");
    let chosen = control.choose(BORIS, card.id, "Which?", &["WA"]).unwrap();
    control.answered(BOUND, chosen).await.unwrap();
    let card = control.message(card.id).unwrap();
    assert_eq!((card.edits, card.text().as_str()), (1, "StringSelect { values: [\"wa\"] }"));
    assert_eq!(card.rows, [] as [Vec<_>; 0]);
}

#[tokio::test]
async fn a_deferred_answer_becomes_a_message_with_a_follow_up() {
    let bench = Bench::new().await;
    let _bot = connect(&bench).await;
    let dm = bench.control.dm(ANNA).unwrap();
    let id = bench.control.run_command(ANNA, dm, "/slow", &[]).unwrap();
    let both = |control: &Control| Some(control.responses(id)).filter(|all| all.len() == 2);
    let messages = bench.control.until(BOUND, both).await.unwrap();
    let texts: Vec<String> = messages.iter().map(MessageView::text).collect();
    assert_eq!(texts, ["Done", "One more"]);
    assert!(!messages[0].is_thinking);
    let file = &messages[1].files[0];
    assert_eq!((file.filename.as_str(), file.size), ("qr.png", 2));
    assert_eq!(bench.control.file(messages[1].id, file.id).unwrap(), "QR");
}

#[tokio::test]
async fn suggestions_and_commands_on_people() {
    let bench = Bench::new().await;
    let _bot = connect(&bench).await;
    let control = &bench.control;
    let typed = ("service", "te");
    let choices = control.autocomplete(BOUND, ANNA, CHANNEL, "/buy", &[], typed).await.unwrap();
    assert_eq!(choices, [("telegram".to_owned(), "tg".to_owned())]);
    let id = control.context_command(ANNA, CHANNEL, "Top up", BORIS).unwrap();
    let view = control.answered(BOUND, id).await.unwrap();
    assert_eq!((view.kind, view.name.as_str()), (InteractionKind::Command, "Top up"));
    assert_eq!(control.response(id).unwrap().text(), format!("For {BORIS}"));
}

#[tokio::test]
async fn the_bot_writes_first() {
    let bench = Bench::new().await;
    let http = http(&bench);
    let channel = UserId::new(BORIS).create_dm_channel(&http).await.unwrap();
    let message = CreateMessage::new()
        .content("Your code")
        .add_file(CreateAttachment::bytes(b"QR".as_slice(), "qr.png"));
    let sent = channel.id.send_message(&http, message).await.unwrap();
    let shown = bench.control.last_message(BORIS, bench.control.dm(BORIS).unwrap()).unwrap();
    assert_eq!((shown.id, shown.text().as_str()), (sent.id.get(), "Your code"));
    bench.control.close_dms(BORIS).unwrap();
    let message = CreateMessage::new().content("Your code");
    let refused = channel.id.send_message(&http, message).await.unwrap_err();
    let serenity::Error::Http(serenity::http::HttpError::UnsuccessfulRequest(answer)) = refused
    else {
        panic!("{refused:?}");
    };
    assert_eq!(answer.error.code, 50_007);
    assert_eq!(bench.control.invalid_requests(), 1);
}

#[tokio::test]
async fn the_bot_comes_back_after_everything_a_gateway_can_do() {
    let bench = Bench::new().await;
    let _bot = connect(&bench).await;
    let control = &bench.control;
    let breaks: [fn(&Control); 6] = [
        Control::ask_to_reconnect,
        Control::cut,
        |control| control.invalidate_session(false),
        |control| control.close(4_000),
        |control| control.close(4_009),
        |control| {
            control.set_down(true);
            control.set_down(false);
        },
    ];
    for act in breaks {
        let before = control.gateway_counts();
        act(control);
        let is_back = |control: &Control| {
            let now = control.gateway_counts();
            let came = now.identifies + now.resumes > before.identifies + before.resumes;
            (came && control.is_connected()).then_some(())
        };
        control.until(BOUND * 4, is_back).await.expect("it came back");
        let id = control.context_command(ANNA, CHANNEL, "Top up", BORIS).unwrap();
        control.answered(BOUND, id).await.expect("it answers");
    }
    let counts = control.gateway_counts();
    assert!(counts.resumes >= 1 && counts.identifies >= 2, "{counts:?}");
}

#[tokio::test]
async fn a_connection_that_looks_dead_is_left_and_resumed() {
    let bench = Bench::with(|options| options.heartbeat_ms = 600).await;
    let _bot = connect(&bench).await;
    let control = &bench.control;
    control.acknowledge_heartbeats(false);
    let left = |control: &Control| (control.gateway_counts().connections >= 2).then_some(());
    control.until(BOUND * 2, left).await.expect("it noticed");
    control.acknowledge_heartbeats(true);
    control.until(BOUND * 2, |it| it.is_connected().then_some(())).await.expect("it is back");
}
