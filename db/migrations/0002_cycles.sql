CREATE TABLE `cycle_edges` (
	`id` text PRIMARY KEY NOT NULL,
	`cycle_id` text NOT NULL,
	`head_step_id` text NOT NULL,
	`tail_step_id` text NOT NULL,
	`type` text NOT NULL,
	FOREIGN KEY (`cycle_id`) REFERENCES `cycles`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`head_step_id`) REFERENCES `cycle_steps`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tail_step_id`) REFERENCES `cycle_steps`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `cycle_edges_exit` ON `cycle_edges` (`head_step_id`,`type`);--> statement-breakpoint
CREATE INDEX `cycle_edges_cycle` ON `cycle_edges` (`cycle_id`);--> statement-breakpoint
CREATE TABLE `cycle_revisions` (
	`id` text PRIMARY KEY NOT NULL,
	`cycle_id` text NOT NULL,
	`revision` integer NOT NULL,
	`title` text NOT NULL,
	`snapshot` text NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	FOREIGN KEY (`cycle_id`) REFERENCES `cycles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `cycle_revisions_number` ON `cycle_revisions` (`cycle_id`,`revision`);--> statement-breakpoint
CREATE TABLE `cycle_steps` (
	`id` text PRIMARY KEY NOT NULL,
	`cycle_id` text NOT NULL,
	`kind` text NOT NULL,
	`alias` text NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`trigger` text,
	`webhook_key` text,
	`webhook_secret_hash` text,
	`account_connector_id` integer,
	`method_id` text,
	`use_external_authentication` integer DEFAULT false NOT NULL,
	`script` text,
	`error_action` text,
	`collection_split_type` text,
	`raw_body` text,
	`operator` text,
	`delay` text,
	`position_left` integer DEFAULT 0 NOT NULL,
	`position_top` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`cycle_id`) REFERENCES `cycles`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`account_connector_id`) REFERENCES `account_connectors`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `cycle_steps_alias` ON `cycle_steps` (`cycle_id`,`alias`);--> statement-breakpoint
CREATE UNIQUE INDEX `cycle_steps_webhook` ON `cycle_steps` (`webhook_key`);--> statement-breakpoint
CREATE INDEX `cycle_steps_connector` ON `cycle_steps` (`account_connector_id`);--> statement-breakpoint
CREATE TABLE `cycle_variables` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`cycle_id` text NOT NULL,
	`system_name` text NOT NULL,
	`display_name` text NOT NULL,
	`description` text,
	`value` text,
	`values` text NOT NULL,
	`is_sensitive` integer DEFAULT false NOT NULL,
	`sealed` text,
	`seal_key` text,
	`last4` text,
	`is_launch_visible` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`cycle_id`) REFERENCES `cycles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `cycle_variables_name` ON `cycle_variables` (`cycle_id`,`system_name`);--> statement-breakpoint
CREATE TABLE `cycles` (
	`id` text PRIMARY KEY NOT NULL,
	`partner_id` text NOT NULL,
	`account_id` text NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`status` text DEFAULT 'Paused' NOT NULL,
	`revision` integer DEFAULT 1 NOT NULL,
	`shareable` integer DEFAULT false NOT NULL,
	`step_error_action` text DEFAULT 'Ignore' NOT NULL,
	`collection_split_type` text DEFAULT 'All' NOT NULL,
	`log_step_data_requests` integer DEFAULT true NOT NULL,
	`tags` text NOT NULL,
	`success_retention_hours` integer,
	`errored_retention_hours` integer,
	`start_time` integer,
	`interval` integer,
	`next_run_at` integer,
	`last_successful_run_at` integer,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	FOREIGN KEY (`partner_id`) REFERENCES `partners`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `cycles_account` ON `cycles` (`partner_id`,`account_id`);--> statement-breakpoint
CREATE INDEX `cycles_due` ON `cycles` (`status`,`next_run_at`);--> statement-breakpoint
CREATE TABLE `step_mappings` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`step_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`mapping_type` text,
	`value` text,
	`sealed` text,
	`seal_key` text,
	`last4` text,
	`source_step_id` text,
	`source_field` text,
	`variable` text,
	`trigger_value` text,
	`trigger_value_display_name` text,
	`is_launch_visible` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`step_id`) REFERENCES `cycle_steps`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `step_mappings_slot` ON `step_mappings` (`step_id`,`kind`,`name`);