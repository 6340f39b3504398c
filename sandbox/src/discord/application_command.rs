//! The commands that the bot registered ("Application Commands"). Knows nothing of HTTP; what a command must look like
//! stands in `command_check`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

#[derive(Clone, Debug)]
pub(super) struct AppCommand {
    pub id: u64,
    /// None: everywhere.
    pub guild: Option<u64>,
    pub version: u64,
    fields: Map<String, Value>,
}

/// 1 slash command, 2 on a person, 3 on a message.
fn kind_of(fields: &Map<String, Value>) -> u64 {
    fields.get("type").and_then(Value::as_u64).unwrap_or(1)
}

fn name_of(fields: &Map<String, Value>) -> &str {
    fields.get("name").and_then(Value::as_str).unwrap_or_default()
}

impl AppCommand {
    /// As the bot sent it.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }

    pub fn name(&self) -> &str {
        name_of(&self.fields)
    }

    pub fn kind(&self) -> u64 {
        kind_of(&self.fields)
    }

    pub fn options(&self) -> &[Value] {
        self.fields.get("options").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    fn numbers(&self, name: &str) -> Option<Vec<u64>> {
        let list = self.fields.get(name)?.as_array()?;
        Some(list.iter().filter_map(Value::as_u64).collect())
    }

    /// Whether it may be used in such a place: 0 a guild, 1 a DM with the bot, 2 between people.
    pub fn fits_context(&self, context: u64) -> bool {
        match self.numbers("contexts") {
            Some(contexts) => contexts.contains(&context),
            None => self.guild.is_none() || context == 0,
        }
    }

    /// Whether it comes with a server's (0) or a person's (1) installation.
    pub fn fits_installation(&self, installation: u64) -> bool {
        self.numbers("integration_types").is_none_or(|known| known.contains(&installation))
    }

    /// The bits a member needs; None for everybody.
    pub fn needs_permissions(&self) -> Option<u64> {
        self.fields.get("default_member_permissions").and_then(super::snowflake::read)
    }

    /// The Application Command object.
    pub fn to_api(&self, application: u64) -> Value {
        let mut object = json!({
            "id": self.id.to_string(),
            "application_id": application.to_string(),
            "version": self.version.to_string(),
            "type": self.kind(),
            "description": "",
            "default_member_permissions": null,
            "dm_permission": self.fits_context(1),
            "contexts": null,
            "integration_types": [0, 1],
            "nsfw": false,
            "name_localizations": null,
            "description_localizations": null,
        });
        if let (Some(object), Some(guild)) = (object.as_object_mut(), self.guild) {
            object.insert("guild_id".to_owned(), guild.to_string().into());
        }
        for (name, value) in &self.fields {
            object[name] = value.clone();
        }
        if let Some(permissions) = self.needs_permissions() {
            object["default_member_permissions"] = permissions.to_string().into();
        }
        object
    }
}

type Key = (u64, String);

/// All commands, by where they are registered.
#[derive(Debug, Default)]
pub(super) struct AppCommands {
    scopes: BTreeMap<Option<u64>, BTreeMap<Key, AppCommand>>,
}

impl AppCommands {
    pub fn list(&self, guild: Option<u64>) -> impl Iterator<Item = &AppCommand> {
        self.scopes.get(&guild).into_iter().flat_map(BTreeMap::values)
    }

    pub fn get(&self, guild: Option<u64>, id: u64) -> Option<&AppCommand> {
        self.list(guild).find(|command| command.id == id)
    }

    /// What a person finds under this name in a place: the guild's own command hides the global one.
    pub fn find(&self, guild: Option<u64>, kind: u64, name: &str) -> Option<&AppCommand> {
        let key = (kind, name.to_owned());
        let of = |scope: Option<u64>| self.scopes.get(&scope)?.get(&key);
        guild.and_then(|guild| of(Some(guild))).or_else(|| of(None))
    }

    /// Adds a command or replaces the one of that name, which keeps its id. False when it was there already.
    pub fn put(
        &mut self,
        guild: Option<u64>,
        fields: Map<String, Value>,
        mut new_id: impl FnMut() -> u64,
    ) -> (&AppCommand, bool) {
        let key = (kind_of(&fields), name_of(&fields).to_owned());
        let scope = self.scopes.entry(guild).or_default();
        let known = scope.get(&key).map(|command| command.id);
        let command =
            AppCommand { id: known.unwrap_or_else(&mut new_id), guild, version: new_id(), fields };
        (scope.entry(key).insert_entry(command).into_mut(), known.is_none())
    }

    /// Replaces everything that is registered there ("Bulk Overwrite").
    pub fn put_all(
        &mut self,
        guild: Option<u64>,
        commands: Vec<Map<String, Value>>,
        mut new_id: impl FnMut() -> u64,
    ) {
        let keys: Vec<Key> =
            commands.iter().map(|fields| (kind_of(fields), name_of(fields).to_owned())).collect();
        self.scopes.entry(guild).or_default().retain(|key, _| keys.contains(key));
        for fields in commands {
            self.put(guild, fields, &mut new_id);
        }
    }

    /// Changes some fields of a command. None when it is not there.
    pub fn patch(
        &mut self,
        guild: Option<u64>,
        id: u64,
        changes: &Map<String, Value>,
        new_id: impl FnMut() -> u64,
    ) -> Option<&AppCommand> {
        let old = self.get(guild, id)?.clone();
        let mut fields = old.fields.clone();
        fields.extend(changes.clone());
        let scope = self.scopes.get_mut(&guild)?;
        scope.remove(&(old.kind(), old.name().to_owned()));
        let key = (kind_of(&fields), name_of(&fields).to_owned());
        let mut new_id = new_id;
        let command = AppCommand { version: new_id(), fields, ..old };
        Some(scope.entry(key).insert_entry(command).into_mut())
    }

    /// False when it is not there.
    pub fn delete(&mut self, guild: Option<u64>, id: u64) -> bool {
        let Some(scope) = self.scopes.get_mut(&guild) else { return false };
        let before = scope.len();
        scope.retain(|_, command| command.id != id);
        scope.len() < before
    }
}
