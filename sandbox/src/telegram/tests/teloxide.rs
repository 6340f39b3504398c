//! The library that the bot uses talks to the emulator and understands every answer and every update.

use serde_json::json;
use teloxide_core::{
    Bot, RequestError,
    payloads::{
        AnswerCallbackQuerySetters, EditMessageTextSetters, GetUpdatesSetters, SendDocumentSetters,
        SendMessageSetters, SendPhotoSetters,
    },
    prelude::Requester,
    types::{
        BotCommand, BotCommandScope, CallbackQueryId, ChatAction, ChatId, ChatMemberStatus,
        CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions,
        MediaKind, MenuButton, MessageId, MessageKind, ParseMode, ReplyParameters, Update,
        UpdateKind, UserId,
    },
};

use super::*;
use crate::telegram::{Fault, FaultRule, Standing};

/// One black pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01\
                     H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82";

impl Bench {
    fn bot(&self) -> Bot {
        Bot::new(TOKEN).set_api_url(self.running.url().parse().unwrap())
    }
}

fn keyboard() -> InlineKeyboardMarkup {
    let link = "https://example.org/help".parse().unwrap();
    InlineKeyboardMarkup::new([
        vec![InlineKeyboardButton::callback("Buy", "buy"), InlineKeyboardButton::url("Help", link)],
        vec![InlineKeyboardButton::copy_text_button(
            "Copy",
            CopyTextButton { text: "123".to_owned() },
        )],
    ])
}

async fn updates(bot: &Bot, offset: i32) -> Vec<UpdateKind> {
    let updates: Vec<Update> = bot.get_updates().offset(offset).timeout(1).await.unwrap();
    updates.into_iter().map(|update| update.kind).collect()
}

#[tokio::test]
async fn every_kind_of_update_is_understood() {
    let bench = Bench::new().await;
    let (bot, control) = (bench.bot(), &bench.control);
    let id = bench.send_button().await;
    control.reply(ANNA, ANNA, id, "/buy @desk_bot").unwrap();
    control.press_button(ANNA, ANNA, id, 0, 0).unwrap();
    control.delete_message(ANNA, id).unwrap();
    control.press(ANNA, ANNA, id, "late").unwrap();
    control.block(ANNA).unwrap();
    control.unblock(ANNA).unwrap();
    control.add_group(GROUP, "Friends", &[ANNA]).unwrap();
    control.promote_bot(GROUP, ANNA, true).unwrap();
    control.set_standing(GROUP, BORIS, Standing::Member).unwrap();
    control.set_standing(GROUP, BORIS, Standing::Left).unwrap();
    control.upgrade_group(GROUP).unwrap();
    let updates = updates(&bot, 0).await;
    assert_eq!(updates.len(), 13);
    let strange: Vec<&UpdateKind> =
        updates.iter().filter(|kind| matches!(kind, UpdateKind::Error(_))).collect();
    assert!(strange.is_empty(), "{strange:?}");
    let UpdateKind::Message(reply) = &updates[1] else { panic!("{:?}", updates[1]) };
    assert_eq!((reply.text(), reply.entities().unwrap().len()), (Some("/buy @desk_bot"), 2));
    assert_eq!(reply.reply_to_message().unwrap().reply_markup().unwrap().inline_keyboard.len(), 1);
    let UpdateKind::CallbackQuery(query) = &updates[2] else { panic!("{:?}", updates[2]) };
    assert_eq!((query.data.as_deref(), query.from.id), (Some("buy"), UserId(1_001)));
    assert_eq!(query.regular_message().unwrap().text(), Some("Hi"));
    let UpdateKind::CallbackQuery(query) = &updates[3] else { panic!("{:?}", updates[3]) };
    assert!(
        query.regular_message().is_none() && query.message.as_ref().unwrap().id() == MessageId(2)
    );
    let UpdateKind::MyChatMember(change) = &updates[4] else { panic!("{:?}", updates[4]) };
    assert_eq!(change.new_chat_member.status(), ChatMemberStatus::Banned);
    let statuses: Vec<ChatMemberStatus> = updates
        .iter()
        .filter_map(
            |kind| if let UpdateKind::MyChatMember(change) = kind { Some(change) } else { None },
        )
        .map(|change| change.new_chat_member.status())
        .collect();
    let expected = [
        ChatMemberStatus::Banned,
        ChatMemberStatus::Member,
        ChatMemberStatus::Member,
        ChatMemberStatus::Administrator,
    ];
    assert_eq!(statuses, expected);
    let kind = |at: usize| match &updates[at] {
        UpdateKind::Message(message) => message.kind.clone(),
        other => panic!("{other:?}"),
    };
    assert!(matches!(kind(7), MessageKind::NewChatMembers(_)));
    assert!(matches!(kind(9), MessageKind::NewChatMembers(_)));
    assert!(matches!(kind(10), MessageKind::LeftChatMember(_)));
    assert!(
        matches!(kind(11), MessageKind::Common(ref common) if matches!(common.media_kind, MediaKind::Migration(_)))
    );
    assert!(
        matches!(kind(12), MessageKind::Common(ref common) if matches!(common.media_kind, MediaKind::Migration(_)))
    );
}

#[tokio::test]
async fn messages_are_sent_edited_answered_and_deleted() {
    let bench = Bench::new().await;
    let (bot, chat) = (bench.bot(), ChatId(ANNA));
    let no_preview = LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    };
    let sent = bot
        .send_message(chat, "<b>Pick</b> &lt;one&gt;")
        .parse_mode(ParseMode::Html)
        .reply_markup(keyboard())
        .reply_parameters(ReplyParameters::new(MessageId(1)))
        .link_preview_options(no_preview.clone())
        .disable_notification(true)
        .protect_content(true)
        .await
        .unwrap();
    assert_eq!(
        (sent.link_preview_options(), sent.has_protected_content()),
        (Some(&no_preview), true)
    );
    assert_eq!((sent.text(), sent.reply_markup()), (Some("Pick <one>"), Some(&keyboard())));
    assert_eq!(sent.reply_to_message().unwrap().text(), Some("/start"));
    let edited = bot
        .edit_message_text(chat, sent.id, "*Done*")
        .parse_mode(ParseMode::MarkdownV2)
        .await
        .unwrap();
    assert!(edited.reply_markup().is_none() && edited.edit_date().is_some());
    bot.send_chat_action(chat, ChatAction::Typing).await.unwrap();
    let query = bench.control.press(ANNA, ANNA, i64::from(sent.id.0), "x").unwrap();
    bot.answer_callback_query(CallbackQueryId(query)).text("ok").await.unwrap();
    bot.delete_message(chat, sent.id).await.unwrap();
    let views = bench.control.messages(ANNA);
    assert_eq!((views.len(), views[1].deleted, views[1].edit_count), (2, true, 1));
    assert!(views[1].silent && views[1].protected);
    assert_eq!(bench.control.toasts(ANNA)[0].text, "ok");
}

#[tokio::test]
async fn files_are_uploaded_shown_and_sent_again() {
    let bench = Bench::new().await;
    let (bot, chat) = (bench.bot(), ChatId(ANNA));
    let picture = InputFile::memory(PNG).file_name("qr.png");
    let photo = bot
        .send_photo(chat, picture)
        .caption("<i>Scan</i>")
        .parse_mode(ParseMode::Html)
        .await
        .unwrap();
    let size = &photo.photo().unwrap()[0];
    assert_eq!((size.width, size.height, photo.caption()), (1, 1, Some("Scan")));
    bot.send_photo(chat, InputFile::file_id(size.file.id.clone())).await.unwrap();
    let document = InputFile::memory("a,b").file_name("orders.csv");
    let sent = bot.send_document(chat, document).reply_markup(keyboard()).await.unwrap();
    assert_eq!(sent.document().unwrap().file_name.as_deref(), Some("orders.csv"));
    let views = bench.control.messages(ANNA);
    let file = |at: usize| views[at].media.as_ref().unwrap().file().clone();
    assert_eq!((file(1).bytes.as_ref(), file(1).filename.as_str()), (PNG, "qr.png"));
    assert_eq!(file(2), file(1));
    assert_eq!(file(3).bytes.as_ref(), b"a,b");
}

#[tokio::test]
async fn chats_members_and_the_bots_own_things_are_understood() {
    let bench = Bench::new().await;
    bench.control.add_group(SUPERGROUP, "Friends", &[ANNA, BORIS]).unwrap();
    bench.control.promote_bot(SUPERGROUP, ANNA, true).unwrap();
    let (bot, group) = (bench.bot(), ChatId(SUPERGROUP));
    let me = bot.get_me().await.unwrap();
    assert_eq!((me.id, me.username()), (UserId(42), "desk_bot"));
    assert_eq!(bot.get_chat(group).await.unwrap().title(), Some("Friends"));
    assert_eq!(bot.get_chat(ChatId(ANNA)).await.unwrap().first_name(), Some("Anna"));
    let anna = bot.get_chat_member(group, UserId(1_001)).await.unwrap();
    assert!(anna.is_owner());
    assert_eq!(bot.get_chat_administrators(group).await.unwrap().len(), 2);
    let scope = BotCommandScope::AllGroupChats;
    let commands = [BotCommand::new("buy", "Buy a number")];
    let mut set = bot.set_my_commands(commands.clone());
    set.scope = Some(scope.clone());
    set.await.unwrap();
    let mut get = bot.get_my_commands();
    get.scope = Some(scope);
    assert_eq!(get.await.unwrap(), commands);
    let mut button = bot.set_chat_menu_button();
    button.menu_button = Some(MenuButton::Commands);
    button.await.unwrap();
    assert!(bot.get_webhook_info().await.unwrap().url.is_none());
    bot.delete_webhook().await.unwrap();
    bot.leave_chat(group).await.unwrap();
}

#[tokio::test]
async fn refusals_are_understood() {
    use teloxide_core::ApiError;
    let bench = Bench::new().await;
    bench.control.add_group(GROUP, "Friends", &[ANNA]).unwrap();
    let to = bench.control.upgrade_group(GROUP).unwrap();
    let bot = bench.bot();
    let sent = bot.send_message(ChatId(ANNA), "Hi").await.unwrap();
    let same = bot.edit_message_text(ChatId(ANNA), sent.id, "Hi").await;
    assert!(matches!(same, Err(RequestError::Api(ApiError::MessageNotModified))));
    let moved = bot.send_message(ChatId(GROUP), "Hi").await;
    assert!(matches!(moved, Err(RequestError::MigrateToChatId(ChatId(id))) if id == to));
    bench.control.add_fault(FaultRule::next(
        "sendMessage",
        1,
        Fault::TooManyRequests { retry_after: 3 },
    ));
    let flooded = bot.send_message(ChatId(ANNA), "Hi").await;
    assert!(matches!(flooded, Err(RequestError::RetryAfter(wait)) if wait.seconds() == 3));
    bench.control.block(ANNA).unwrap();
    let blocked = bot.send_message(ChatId(ANNA), "Hi").await;
    assert!(matches!(blocked, Err(RequestError::Api(ApiError::BotBlocked))));
    let wrong =
        Bot::new("1:WRONG").set_api_url(bench.running.url().parse().unwrap()).get_me().await;
    assert!(matches!(wrong, Err(RequestError::Api(ApiError::InvalidToken))));
    assert_eq!(json!(bench.control.requests()), json!({ "sendMessage": 4, "editMessageText": 1 }));
}
