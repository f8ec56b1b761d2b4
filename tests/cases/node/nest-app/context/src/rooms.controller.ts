import { Controller, Get, Param } from '@nestjs/common';

@Controller()
export class RoomsController {
  @Get()
  index(): { rooms: number } {
    return { rooms: 3 };
  }

  @Get('rooms/:id')
  room(@Param('id') id: string): { id: number } {
    return { id: Number(id) };
  }
}
