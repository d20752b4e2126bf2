-- What can be searched by meaning. Three dimensions, to be read by eye: a real model's embeddings have its own number.
CREATE TABLE documents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL,
    content text NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}',
    embedding vector(3) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX documents_embedding ON documents USING hnsw (embedding vector_cosine_ops);
