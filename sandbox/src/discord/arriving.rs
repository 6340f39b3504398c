//! Who and what there is in the emulated Discord, and how it changes: accounts, servers, channels, what people write.

use std::collections::BTreeMap;

use super::{
    control::{Control, ControlError},
    guild::{Channel, Guild, Member, Place},
    person::Person,
};

impl Control {
    /// Someone opens an account; their DMs are open. `locale` is one of Discord's, such as "en-US".
    pub fn add_user(
        &self,
        id: u64,
        username: &str,
        global_name: Option<&str>,
        locale: &str,
    ) -> Result<(), ControlError> {
        let mut world = self.world();
        if id == world.bot.id || world.people.contains_key(&id) {
            return Err(ControlError::Taken(id));
        }
        let person = Person {
            id,
            username: username.to_owned(),
            global_name: global_name.map(str::to_owned),
            locale: locale.to_owned(),
            dms_open: true,
            has_installed: false,
        };
        world.people.insert(id, person);
        world.touch();
        Ok(())
    }

    fn change_person(&self, id: u64, change: impl FnOnce(&mut Person)) -> Result<(), ControlError> {
        let mut world = self.world();
        change(world.people.get_mut(&id).ok_or(ControlError::UnknownPerson(id))?);
        world.touch();
        Ok(())
    }

    /// A person lets nobody write to them first: error 50007.
    pub fn close_dms(&self, person: u64) -> Result<(), ControlError> {
        self.change_person(person, |person| person.dms_open = false)
    }

    pub fn open_dms(&self, person: u64) -> Result<(), ControlError> {
        self.change_person(person, |person| person.dms_open = true)
    }

    /// A person adds the application to their account, or takes it away.
    pub fn install_app(&self, person: u64, installed: bool) -> Result<(), ControlError> {
        self.change_person(person, |person| person.has_installed = installed)
    }

    /// A server with the bot and its owner, who is an administrator, in it.
    pub fn add_guild(&self, id: u64, name: &str, owner: u64) -> Result<(), ControlError> {
        let mut world = self.world();
        if !world.people.contains_key(&owner) {
            return Err(ControlError::UnknownPerson(owner));
        }
        if world.guilds.contains_key(&id) {
            return Err(ControlError::Taken(id));
        }
        let members = BTreeMap::from([(owner, Member { is_admin: true, role: None })]);
        let guild = Guild { id, name: name.to_owned(), owner, has_bot: true, members };
        world.guilds.insert(id, guild);
        world.announce_guild(id);
        Ok(())
    }

    fn change_guild(&self, id: u64, change: impl FnOnce(&mut Guild)) -> Result<(), ControlError> {
        let mut world = self.world();
        change(world.guilds.get_mut(&id).ok_or(ControlError::UnknownGuild(id))?);
        world.touch();
        Ok(())
    }

    /// A person comes into a server, or changes their standing there.
    pub fn join(&self, guild: u64, person: u64, is_admin: bool) -> Result<(), ControlError> {
        if !self.world().people.contains_key(&person) {
            return Err(ControlError::UnknownPerson(person));
        }
        self.change_guild(guild, |guild| {
            guild.members.insert(person, Member { is_admin, role: None });
        })
    }

    /// A member of a server has this role from now on.
    pub fn give_role(&self, guild: u64, person: u64, role: u64) -> Result<(), ControlError> {
        self.change_guild(guild, |guild| {
            if let Some(member) = guild.members.get_mut(&person) {
                member.role = Some(role);
            }
        })
    }

    pub fn leave(&self, guild: u64, person: u64) -> Result<(), ControlError> {
        self.change_guild(guild, |guild| {
            guild.members.remove(&person);
        })
    }

    /// The bot is thrown out of a server and told so.
    pub fn remove_bot_from_guild(&self, guild: u64) -> Result<(), ControlError> {
        self.change_guild(guild, |guild| guild.has_bot = false)?;
        self.world().announce_farewell(guild);
        Ok(())
    }

    /// The bot is added to a server again and told so.
    pub fn add_bot_to_guild(&self, guild: u64) -> Result<(), ControlError> {
        self.change_guild(guild, |guild| guild.has_bot = true)?;
        self.world().announce_guild(guild);
        Ok(())
    }

    /// A text channel of a server.
    pub fn add_channel(&self, guild: u64, id: u64, name: &str) -> Result<(), ControlError> {
        if !self.world().guilds.contains_key(&guild) {
            return Err(ControlError::UnknownGuild(guild));
        }
        self.add_place(id, Place::Text { guild, name: name.to_owned() })
    }

    /// A conversation between people, without the bot.
    pub fn add_private_channel(&self, id: u64, people: &[u64]) -> Result<(), ControlError> {
        self.add_place(id, Place::Private { people: people.to_vec() })
    }

    fn add_place(&self, id: u64, place: Place) -> Result<(), ControlError> {
        let mut world = self.world();
        if world.channels.contains_key(&id) {
            return Err(ControlError::Taken(id));
        }
        world.channels.insert(id, Channel::new(id, place));
        world.touch();
        Ok(())
    }

    /// The channel of a person's DM with the bot, opened when there is none.
    pub fn dm(&self, person: u64) -> Result<u64, ControlError> {
        let mut world = self.world();
        if !world.people.contains_key(&person) {
            return Err(ControlError::UnknownPerson(person));
        }
        Ok(world.dm(person))
    }

    /// A person writes into a channel; the message's id. The bot hears of it only with the intent for it.
    pub fn say(&self, person: u64, channel: u64, text: &str) -> Result<u64, ControlError> {
        let mut world = self.world();
        world.channel_of(person, channel)?;
        Ok(world.hear(person, channel, text))
    }

    /// Somebody with the right to do so deletes a message.
    pub fn delete_message(&self, message: u64) -> Result<(), ControlError> {
        self.world().delete(message).map_err(|_| ControlError::UnknownMessage(message))
    }
}
