CREATE TABLE `connect_links` (
	`id` text PRIMARY KEY NOT NULL,
	`public_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`partner_id` text NOT NULL,
	`account_id` text NOT NULL,
	`account_connector_id` integer NOT NULL,
	`attributed_to` text,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`expires_at` integer NOT NULL,
	`opened_at` integer,
	`consumed_at` integer,
	`completed_at` integer,
	`revoked_at` integer,
	`opened` text,
	`browser_hash` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `connect_links_public` ON `connect_links` (`public_id`);--> statement-breakpoint
CREATE INDEX `connect_links_connector` ON `connect_links` (`account_connector_id`);--> statement-breakpoint
CREATE TABLE `invitations` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`partner_id` text NOT NULL,
	`account_id` text,
	`email` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`expires_at` integer NOT NULL,
	`accepted_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invitations_token` ON `invitations` (`token_hash`);--> statement-breakpoint
CREATE INDEX `invitations_partner` ON `invitations` (`partner_id`,`account_id`);--> statement-breakpoint
CREATE TABLE `memberships` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`partner_id` text NOT NULL,
	`account_id` text,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `memberships_user_place` ON `memberships` (`user_id`,`partner_id`,`account_id`);--> statement-breakpoint
CREATE INDEX `memberships_partner` ON `memberships` (`partner_id`,`account_id`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	`ip` text,
	`user_agent` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`password_hash` text,
	`is_instance_administrator` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	`disabled_at` integer,
	`password_changed_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email` ON `users` (`email`);--> statement-breakpoint
CREATE TABLE `audit_entries` (
	`id` text PRIMARY KEY NOT NULL,
	`chain` text NOT NULL,
	`sequence` integer NOT NULL,
	`at` integer NOT NULL,
	`actor_type` text NOT NULL,
	`actor_id` text NOT NULL,
	`actor_name` text NOT NULL,
	`action` text NOT NULL,
	`object_type` text NOT NULL,
	`object_id` text NOT NULL,
	`object_name` text NOT NULL,
	`account_id` text,
	`details` text NOT NULL,
	`ip` text,
	`request_id` text,
	`previous_hash` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_chain_sequence` ON `audit_entries` (`chain`,`sequence`);--> statement-breakpoint
CREATE INDEX `audit_chain_at` ON `audit_entries` (`chain`,`at`);--> statement-breakpoint
CREATE TABLE `connectors` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uid` text NOT NULL,
	`slug` text NOT NULL,
	`partner_id` text,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`live_release_id` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `connectors_uid` ON `connectors` (`uid`);--> statement-breakpoint
CREATE INDEX `connectors_slug` ON `connectors` (`slug`);--> statement-breakpoint
CREATE INDEX `connectors_partner` ON `connectors` (`partner_id`);--> statement-breakpoint
CREATE TABLE `releases` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`connector_id` integer NOT NULL,
	`number` text NOT NULL,
	`status` text NOT NULL,
	`definition` text NOT NULL,
	`content_hash` text NOT NULL,
	`comments` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`promoted_at` integer,
	FOREIGN KEY (`connector_id`) REFERENCES `connectors`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `releases_connector` ON `releases` (`connector_id`,`status`);--> statement-breakpoint
CREATE TABLE `account_connectors` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`partner_id` text NOT NULL,
	`account_id` text NOT NULL,
	`connector_id` integer NOT NULL,
	`release_id` integer NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`auth_method_id` text NOT NULL,
	`auth_type` text NOT NULL,
	`disabled_at` integer,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`last_used_at` integer,
	`last_verified_at` integer,
	`last_verification` text,
	`last_error_at` integer,
	`last_error_code` text,
	`last_error_owner` text,
	`last_error_message` text,
	`connected_as` text,
	FOREIGN KEY (`partner_id`) REFERENCES `partners`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`connector_id`) REFERENCES `connectors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`release_id`) REFERENCES `releases`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `account_connectors_name` ON `account_connectors` (`account_id`,`name`);--> statement-breakpoint
CREATE INDEX `account_connectors_partner` ON `account_connectors` (`partner_id`,`connector_id`);--> statement-breakpoint
CREATE TABLE `account_properties` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`seal_key` text NOT NULL,
	`account_connector_id` integer NOT NULL,
	`name` text NOT NULL,
	`value` text,
	`sealed` text,
	`last4` text,
	`set_at` integer NOT NULL,
	`set_by` text NOT NULL,
	FOREIGN KEY (`account_connector_id`) REFERENCES `account_connectors`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `account_properties_name` ON `account_properties` (`account_connector_id`,`name`);--> statement-breakpoint
CREATE TABLE `connection_events` (
	`id` text PRIMARY KEY NOT NULL,
	`account_connector_id` integer NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`outcome` text NOT NULL,
	`title` text NOT NULL,
	`detail` text,
	`http` text,
	`owner` text,
	`actor_name` text NOT NULL,
	`request_id` text,
	FOREIGN KEY (`account_connector_id`) REFERENCES `account_connectors`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `connection_events_time` ON `connection_events` (`account_connector_id`,`at`);--> statement-breakpoint
CREATE TABLE `credentials` (
	`id` text PRIMARY KEY NOT NULL,
	`account_connector_id` integer NOT NULL,
	`generation` integer NOT NULL,
	`sealed` text NOT NULL,
	`last4` text NOT NULL,
	`obtained_at` integer NOT NULL,
	`obtained_by` text NOT NULL,
	`expires_at` integer,
	`refresh_expires_at` integer,
	`is_refreshable` integer DEFAULT false NOT NULL,
	`scopes` text,
	`lease_owner` text,
	`lease_until` integer,
	`fence` integer DEFAULT 0 NOT NULL,
	`refresh_failures` integer DEFAULT 0 NOT NULL,
	`next_refresh_at` integer,
	FOREIGN KEY (`account_connector_id`) REFERENCES `account_connectors`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `credentials_account_connector` ON `credentials` (`account_connector_id`);--> statement-breakpoint
CREATE INDEX `credentials_expiry` ON `credentials` (`expires_at`);--> statement-breakpoint
CREATE TABLE `oauth_attempts` (
	`id` text PRIMARY KEY NOT NULL,
	`state_hash` text NOT NULL,
	`partner_id` text NOT NULL,
	`account_connector_id` integer NOT NULL,
	`started_by` text NOT NULL,
	`started_by_name` text NOT NULL,
	`browser_hash` text NOT NULL,
	`sealed_verifier` text NOT NULL,
	`redirect_uri` text NOT NULL,
	`issuer` text,
	`scopes` text NOT NULL,
	`return_to` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`consumed_at` integer,
	`outcome` text,
	`outcome_owner` text,
	`outcome_message` text,
	FOREIGN KEY (`account_connector_id`) REFERENCES `account_connectors`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `oauth_attempts_state` ON `oauth_attempts` (`state_hash`);--> statement-breakpoint
CREATE INDEX `oauth_attempts_expiry` ON `oauth_attempts` (`expires_at`);--> statement-breakpoint
CREATE TABLE `partner_incidents` (
	`id` text PRIMARY KEY NOT NULL,
	`partner_id` text NOT NULL,
	`connector_id` integer NOT NULL,
	`code` text NOT NULL,
	`message` text NOT NULL,
	`opened_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`occurrences` integer DEFAULT 1 NOT NULL,
	`closed_at` integer
);
--> statement-breakpoint
CREATE INDEX `partner_incidents_open` ON `partner_incidents` (`partner_id`,`connector_id`,`closed_at`);--> statement-breakpoint
CREATE TABLE `refresh_journal` (
	`id` text PRIMARY KEY NOT NULL,
	`credential_id` text NOT NULL,
	`generation` integer NOT NULL,
	`fence` integer NOT NULL,
	`owner` text NOT NULL,
	`started_at` integer NOT NULL,
	`closed_at` integer,
	`outcome` text
);
--> statement-breakpoint
CREATE INDEX `refresh_journal_open` ON `refresh_journal` (`credential_id`,`closed_at`);--> statement-breakpoint
CREATE TABLE `accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`partner_id` text NOT NULL,
	`external_id` text NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`timezone` text DEFAULT 'UTC' NOT NULL,
	`parent_account_id` text,
	`audit_info` text,
	`task_audit_info` text,
	`step_data_success_retention_hours` integer,
	`step_data_errored_retention_hours` integer,
	`transaction_error_webhook_enabled` integer DEFAULT false NOT NULL,
	`transaction_error_webhook_url` text,
	`transaction_error_webhook_include_warnings` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	`deleted_at` integer,
	FOREIGN KEY (`partner_id`) REFERENCES `partners`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `accounts_external` ON `accounts` (`partner_id`,`external_id`);--> statement-breakpoint
CREATE INDEX `accounts_name` ON `accounts` (`partner_id`,`name`);--> statement-breakpoint
CREATE TABLE `partner_setups` (
	`id` text PRIMARY KEY NOT NULL,
	`partner_id` text NOT NULL,
	`connector_id` integer NOT NULL,
	`saved_at` integer NOT NULL,
	`saved_by` text NOT NULL,
	FOREIGN KEY (`partner_id`) REFERENCES `partners`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`connector_id`) REFERENCES `connectors`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `partner_setups_connector` ON `partner_setups` (`partner_id`,`connector_id`);--> statement-breakpoint
CREATE TABLE `partner_values` (
	`id` text PRIMARY KEY NOT NULL,
	`setup_id` text NOT NULL,
	`name` text NOT NULL,
	`value` text,
	`sealed` text,
	`last4` text,
	`set_at` integer NOT NULL,
	`set_by` text NOT NULL,
	FOREIGN KEY (`setup_id`) REFERENCES `partner_setups`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `partner_values_name` ON `partner_values` (`setup_id`,`name`);--> statement-breakpoint
CREATE TABLE `partners` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`slug` text NOT NULL,
	`external_authentication_enabled` integer DEFAULT false NOT NULL,
	`branding` text NOT NULL,
	`created_at` integer NOT NULL,
	`disabled_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `partners_slug` ON `partners` (`slug`);--> statement-breakpoint
CREATE TABLE `data_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`partner_id` text NOT NULL,
	`version` integer NOT NULL,
	`wrapped` text NOT NULL,
	`master_key_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`retired_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `data_keys_partner_version` ON `data_keys` (`partner_id`,`version`);--> statement-breakpoint
CREATE TABLE `instance_facts` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`updated_at` integer NOT NULL
);
