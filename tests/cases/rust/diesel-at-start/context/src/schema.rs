// made by diesel
