export default function rooms(request, response) {
  response.status(200).json({ rooms: 3 });
}
