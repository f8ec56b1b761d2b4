import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { RoomsModule } from './rooms.module';

async function start(): Promise<void> {
  const app = await NestFactory.create(RoomsModule, { logger: ['error'] });
  process.on('SIGTERM', () => void app.close().then(() => process.exit(0)));
  await app.listen(process.env.PORT ?? 3000);
}

void start();
