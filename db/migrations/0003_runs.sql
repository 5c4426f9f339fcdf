CREATE TABLE `incidents` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`partner_id` text NOT NULL,
	`account_id` text NOT NULL,
	`cycle_id` text NOT NULL,
	`transaction_id` text NOT NULL,
	`step_id` text,
	`step_name` text,
	`level` text NOT NULL,
	`short_message` text NOT NULL,
	`full_message` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`cycle_id`) REFERENCES `cycles`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`transaction_id`) REFERENCES `transactions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `incidents_partner` ON `incidents` (`partner_id`,`level`,`at`);--> statement-breakpoint
CREATE INDEX `incidents_transaction` ON `incidents` (`transaction_id`);--> statement-breakpoint
CREATE INDEX `incidents_cycle` ON `incidents` (`cycle_id`,`at`);--> statement-breakpoint
CREATE TABLE `transaction_steps` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`transaction_id` text NOT NULL,
	`step_id` text NOT NULL,
	`alias` text NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`started_at` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`request` text,
	`response` text,
	`output` text,
	`sealed_output` text,
	`idempotency_key` text,
	`error` text,
	FOREIGN KEY (`transaction_id`) REFERENCES `transactions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `transaction_steps_step` ON `transaction_steps` (`transaction_id`,`step_id`);--> statement-breakpoint
CREATE INDEX `transaction_steps_last` ON `transaction_steps` (`step_id`,`id`);--> statement-breakpoint
CREATE TABLE `transactions` (
	`id` text PRIMARY KEY NOT NULL,
	`partner_id` text NOT NULL,
	`account_id` text NOT NULL,
	`cycle_id` text NOT NULL,
	`status` text NOT NULL,
	`trigger` text NOT NULL,
	`parent_id` text,
	`item_index` integer,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`ended_at` integer,
	`due_at` integer,
	`lease_owner` text,
	`fence` integer DEFAULT 0 NOT NULL,
	`current_step_id` text,
	`attempt` integer DEFAULT 0 NOT NULL,
	`failing_since` integer,
	`error` text,
	`payload` text,
	`sealed_payload` text,
	FOREIGN KEY (`partner_id`) REFERENCES `partners`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`cycle_id`) REFERENCES `cycles`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `transactions_due` ON `transactions` (`due_at`) WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX `transactions_partner` ON `transactions` (`partner_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `transactions_account` ON `transactions` (`account_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `transactions_cycle` ON `transactions` (`cycle_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `transactions_parent` ON `transactions` (`parent_id`,`status`) WHERE parent_id is not null;--> statement-breakpoint
CREATE INDEX `transactions_ended` ON `transactions` (`ended_at`) WHERE ended_at is not null;