//! What each route of the HTTP API does. Knows nothing of connections, tokens, limits and faults.

mod account;
mod callback;
mod channel;
mod command;
mod webhook;

use super::{
    payload::Payload,
    refusal::Refusal,
    rest::{Asked, Reply},
    route::Route,
    world::World,
};

/// Does what a request asks for.
pub(super) fn work(world: &mut World, asked: &Asked, payload: &Payload) -> Result<Reply, Refusal> {
    match &asked.route {
        Route::Gateway => Ok(account::gateway(asked)),
        Route::GatewayBot => Ok(account::gateway_bot(asked)),
        Route::Me => Ok(Reply::ok(world.bot.to_api_as_me())),
        Route::MyGuilds => Ok(account::my_guilds(world)),
        Route::LeaveGuild(guild) => account::leave_guild(world, *guild),
        Route::CreateDm => account::create_dm(world, payload),
        Route::User(user) => account::user(world, *user),
        Route::Application => Ok(Reply::ok(world.bot.application())),
        Route::Commands { application, guild, work } => {
            command::work(world, *application, *guild, *work, payload)
        }
        Route::Callback { interaction, token } => {
            callback::answer(world, *interaction, token, asked, payload)
        }
        Route::FollowUp { application, token } => {
            webhook::follow_up(world, *application, token, payload)
        }
        Route::GetResponse { application, token, which } => {
            webhook::get(world, *application, token, *which)
        }
        Route::EditResponse { application, token, which } => {
            webhook::edit(world, *application, token, *which, payload)
        }
        Route::DeleteResponse { application, token, which } => {
            webhook::delete(world, *application, token, *which)
        }
        Route::GetChannel(channel) => channel::get(world, *channel),
        Route::GetMessages(channel) => channel::messages(world, *channel, &asked.query),
        Route::CreateMessage(channel) => channel::create(world, *channel, payload),
        Route::GetMessage(channel, message) => channel::message(world, *channel, *message),
        Route::EditMessage(channel, message) => channel::edit(world, *channel, *message, payload),
        Route::DeleteMessage(channel, message) => channel::delete(world, *channel, *message),
        Route::Typing(channel) => channel::typing(world, *channel),
        Route::GetGuild(guild) => account::guild(world, *guild),
        Route::GetMember(guild, user) => account::member(world, *guild, *user),
    }
}
